"""What figures are called in Danish and English, by the parts of their paths; pure."""

from collections.abc import Mapping

from services.analytics.scores.words import Said

PARTS: Mapping[str, Said] = {
    "overview": Said("Alle forløb i måletidspunktet samlet", "All cases of the wave together"),
    "reliability": Said("Spørgeskemaernes pålidelighed", "The instruments' reliability"),
    "associations": Said("Metodens to sammenhænge", "The method's two relations"),
    "caseScores": Said("Ét borgerforløb", "One case"),
    "cases": Said("antal borgerforløb", "number of cases"),
    "meanOfCases": Said("gennemsnit af forløbenes scorer", "mean of the cases' scores"),
    "sdOfCases": Said(
        "forløbenes spredning (standardafvigelse)", "spread of the cases (standard deviation)"
    ),
    "dimensions": Said("dimension", "dimension"),
    "subScales": Said("delskala", "sub-scale"),
    "score": Said("gennemsnit af gyldige svar", "mean of valid answers"),
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
    "leadershipToRk": Said("ledelse og relationel kapacitet", "leadership and relational capacity"),
    "rkToCitizen": Said(
        "relationel kapacitet og borgerens oplevelse", "relational capacity and the citizen's experience"
    ),
    "n": Said("antal observationer", "number of observations"),
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
    said = [PARTS.get(part) or Said(part, part) for part in path.split(".")]
    return Said(": ".join(each.da for each in said), ": ".join(each.en for each in said))
