"""What figures are called in Danish and English, by the parts of their paths; pure.

A part that means something else after another has words for the two of them.
"""

from collections.abc import Mapping
from itertools import pairwise

from services.analytics.scores.words import Said

PARTS: Mapping[str, Said] = {
    "overview": Said("Alle forløb i måletidspunktet samlet", "All cases of the wave together"),
    "reliability": Said("Spørgeskemaernes pålidelighed", "The instruments' reliability"),
    "associations": Said("Metodens to sammenhænge", "The method's two relations"),
    "caseScoreDistribution": Said("Fordelingen af forløbenes scorer", "How the cases' scores spread"),
    "responseQuality": Said("Hvor meget der blev besvaret", "How much was answered"),
    "leadershipProfile": Said("Ledelsesprofil over mange ledere", "Leadership over many leaders"),
    "capacities": Said(
        "Relationel kapacitet, efter hvem der bedømmer eller bedømmes",
        "Relational capacity, by who rates or is rated",
    ),
    "interfaces": Said("Relationel kapacitet mellem parter", "Relational capacity between parties"),
    "interfaces.interfaces": Said(
        "den ene parts bedømmelse af den anden", "what the one says of the other"
    ),
    "caseScores": Said("Ét borgerforløb", "One case"),
    "cases": Said("antal borgerforløb", "number of cases"),
    "meanOfCases": Said("gennemsnit af forløbenes scorer", "mean of the cases' scores"),
    "sdOfCases": Said(
        "forløbenes spredning (standardafvigelse)", "spread of the cases (standard deviation)"
    ),
    "dimensions": Said("dimension", "dimension"),
    "subScales": Said("delskala", "sub-scale"),
    "score": Said("score (gennemsnit)", "score (mean)"),
    "response": Said("besvarelse", "response"),
    "asked": Said("antal spurgte", "number asked"),
    "responded": Said("antal der svarede", "number who responded"),
    "rate": Said("andel der svarede", "share who responded"),
    "dontKnowRate": Said("andel »ved ikke«", "share of “don't know”"),
    "dontWorkWithRate": Said("andel »arbejder ikke sammen med«", "share of “don't work with”"),
    "leaders": Said("antal ledere", "number of leaders"),
    "leadersReachingGroupSize": Said(
        "antal ledere med mindst så mange svar, at resultatet kan vises",
        "number of leaders with as many answers as a result takes",
    ),
    "instruments": Said("spørgeskema", "instrument"),
    "alpha": Said("Cronbachs alfa", "Cronbach's alpha"),
    "listwise": Said("rækker med alle svar", "rows with every answer"),
    "listwiseRows": Said("antal rækker med alle svar", "number of rows with every answer"),
    "pairwise": Said("alle par af svar", "all pairs of answers"),
    "pairwiseRows": Said("antal rækker med noget svar", "number of rows with any answer"),
    "feldt": Said("Feldts interval", "Feldt's interval"),
    "requiredAlpha": Said("mindste alfa efter metoden", "alpha that the method asks for"),
    "raterMeans": Said("hver bedømmers gennemsnitlige svar", "each rater's mean answers"),
    "standardised": Said("standardiseret, af korrelationer", "standardised, from correlations"),
    "items": Said("udsagn", "statement"),
    "itemRest": Said("korrelation med summen af de andre", "correlation with the sum of the others"),
    "ifDropped": Said("alfa uden udsagnet", "alpha without the statement"),
    "rows": Said("antal rækker med alle svar", "number of rows with every answer"),
    "omega": Said("McDonalds omega", "McDonald's omega"),
    "oneFactor": Said("model med én faktor", "model of one factor"),
    "subScaleFactors": Said(
        "model med en faktor for hver delskala", "model of a factor for each sub-scale"
    ),
    "factors": Said("faktor", "factor"),
    "loading": Said("ladning", "loading"),
    "correlations": Said("sammenhæng mellem to faktorer", "how two factors go together"),
    "correlations.value": Said("korrelation", "correlation"),
    "chiSquare": Said("chi i anden", "chi-square"),
    "degreesOfFreedom": Said("frihedsgrader", "degrees of freedom"),
    "p": Said("p-værdi", "p value"),
    "cfi": Said("CFI (komparativt fitindeks)", "CFI (comparative fit index)"),
    "tli": Said("TLI (Tucker-Lewis-indeks)", "TLI (Tucker-Lewis index)"),
    "rmsea": Said(
        "RMSEA (approksimationens gennemsnitlige fejl)", "RMSEA (root mean square error of approximation)"
    ),
    "rmseaInterval": Said("interval for RMSEA", "interval of RMSEA"),
    "srmr": Said(
        "SRMR (standardiserede residualers gennemsnit)", "SRMR (standardised root mean square residual)"
    ),
    "adequacy": Said("egnethed til faktoranalyse", "adequacy for factor analysis"),
    "kmo": Said("Kaiser-Meyer-Olkin", "Kaiser-Meyer-Olkin"),
    "bartlett": Said("Bartletts test, chi i anden", "Bartlett's test, chi-square"),
    "bartlettP": Said("Bartletts test, p-værdi", "Bartlett's test, p value"),
    "leadershipToRk": Said("ledelse og relationel kapacitet", "leadership and relational capacity"),
    "rkToCitizen": Said(
        "relationel kapacitet og borgerens oplevelse", "relational capacity and the citizen's experience"
    ),
    "n": Said("antal observationer", "number of observations"),
    "band": Said("linjens højde med interval", "the line's height with its interval"),
    "byCase": Said("klynger efter forløb", "clusters by case"),
    "byLeader": Said("klynger efter leder", "clusters by leader"),
    "twoWay": Said("klynger efter forløb og leder", "clusters by case and leader"),
    "regression": Said("regression", "regression"),
    "intercept": Said("skæring", "intercept"),
    "slope": Said("hældning", "slope"),
    "clusters": Said("antal klynger", "number of clusters"),
    "percent": Said("i procent", "in percent"),
    "change": Said("stigning, procent", "rise, percent"),
    "scaleRange": Said("procent af skalaens spænd", "percent of the scale's range"),
    "relativeToMeans": Said("procent i forhold til gennemsnittene", "percent relative to the means"),
    "people": Said("antal forskellige personer", "number of distinct people"),
    "citizens": Said("antal borgere og pårørende", "number of citizens and relatives"),
    "bootstrap": Said("genudtrukne forløb", "resampled cases"),
    "value": Said("beregnet af data selv", "from the data themselves"),
    "draws": Said("antal udtræk", "number of draws"),
    "undefinedDraws": Said("antal udtræk uden resultat", "number of draws without a result"),
    "seed": Said("tilfældighedens frø", "the seed of chance"),
    "standardError": Said("standardfejl", "standard error"),
    "percentile": Said("percentilinterval", "percentile interval"),
    "bca": Said("korrigeret percentilinterval (BCa)", "corrected percentile interval (BCa)"),
    "mixed": Said("blandet model (REML)", "mixed model (REML)"),
    "terms": Said("tilfældigt led", "random term"),
    "levels": Said("antal niveauer", "number of levels"),
    "variance": Said("varians", "variance"),
    "share": Said("andel af variansen", "share of the variance"),
    "residual": Said("restvarians", "residual variance"),
    "power": Said("styrke", "power"),
    "effect": Said("den effekt der spørges om", "the effect asked about"),
    "detectable": Said("mindste effekt der ses", "the smallest effect seen"),
    "complexOnly": Said("kun komplekse forløb", "complex cases only"),
    "moderation": Said("forløb med flere enheder", "cases of more units"),
    "unitsAbove": Said("flere enheder end", "more units than"),
    "moderated": Said("antal forløb med flere enheder", "number of cases of more units"),
    "slopeWithout": Said("hældning uden", "slope without"),
    "slopeWith": Said("hældning med", "slope with"),
    "interaction": Said("samspil", "interaction"),
    "byResources": Said("efter borgerens ressourcer", "by the citizen's resources"),
    "path": Said("vejen fra ledelse til borger", "the path from leadership to citizen"),
    "direct": Said("direkte", "direct"),
    "total": Said("samlet", "total"),
    "indirect": Said("gennem relationel kapacitet", "by way of relational capacity"),
    "overall": Said("alle samlet", "all together"),
    "caseScoreDistribution.levels": Said("forløb af samme kompleksitet", "cases of one complexity"),
    "spread": Said("spredning", "spread"),
    "mean": Said("gennemsnit", "mean"),
    "sd": Said("standardafvigelse (n - 1)", "standard deviation (n - 1)"),
    "bins": Said("trin på skalaen, fra low til under high", "step of the scale, from low to below high"),
    "quantiles": Said("kvartil, skønnet af trinene", "quartile, estimated from the steps"),
    "everywhere": Said("alle ledere samlet", "all leaders together"),
    "municipalities": Said("kommune", "municipality"),
    "areas": Said("område", "area"),
    "units": Said("faglig enhed", "professional unit"),
    "cuts": Said("part", "party"),
    "figures": Said("relationel kapacitet", "relational capacity"),
    "dyads": Said("antal bedømte relationer", "number of relations rated"),
    "raters": Said("antal forskellige der bedømte", "number of different people who rated"),
    "rated": Said("antal forskellige der blev bedømt", "number of different people who were rated"),
    "interval": Said("gennemsnittets interval", "the mean's interval"),
    "employees": Said("antal forskellige medarbejdere", "number of distinct employees"),
    "caseScore": Said("forløbets score", "the case's score"),
    "meanOfDyads": Said("gennemsnit af relationerne (primær)", "mean of the relations (primary)"),
    "meanOfGiven": Said("gennemsnit af hver bedømmers gennemsnit", "mean of each rater's mean"),
    "pooledCells": Said("gennemsnit af alle bedømmelser", "mean of all ratings"),
    "citizen": Said("borgerens oplevelse", "the citizen's experience"),
}


def label_of(path: str) -> Said:
    """Say a figure's path in words; a part without words stands as it is.

    Examples
    --------
    >>> label_of("overview.cases").da
    'Alle forløb i måletidspunktet samlet: antal borgerforløb'
    """
    parts = path.split(".")
    said = [
        PARTS.get(f"{outside}.{part}") or PARTS.get(part) or Said(part, part)
        for outside, part in pairwise(["", *parts])
    ]
    return Said(": ".join(each.da for each in said), ": ".join(each.en for each in said))
