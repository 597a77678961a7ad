"""What the codes in files are called in Danish and English: kinds of answers, reasons; pure."""

from collections.abc import Mapping

from services.analytics.methods.results import Reason
from services.analytics.scores.words import Said
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED

Values = Mapping[str | int, Said]

RATED = "rated"
CODES: Mapping[str, int] = {
    "not-answered": NOT_ANSWERED,
    "dont-know": DONT_KNOW,
    "dont-work-with": DONT_WORK_WITH,
}
"""What is no rating, and its code: none of them ever enters a mean."""

_NO_RATING: Values = {
    "not-answered": Said("Ikke besvaret", "Not answered"),
    "dont-know": Said("Ved ikke", "Don't know"),
    "dont-work-with": Said("Arbejder ikke sammen med", "Doesn't work with"),
}
ANSWER_KINDS: Values = {RATED: Said("Bedømt", "Rated"), **_NO_RATING}
ANSWER_CODES: Values = {
    1: Said("1 (laveste)", "1 (lowest)"),
    5: Said("5 (højeste)", "5 (highest)"),
    **{CODES[str(kind)]: said for kind, said in _NO_RATING.items()},
}
"""The ends of the scale and what is no rating; the words at each step are the instrument's own."""

SUB_SCALES: Values = {
    "orientation": Said("Orientering", "Orientation"),
    "behaviour": Said("Adfærd", "Behaviour"),
    "communication": Said("Kommunikation", "Communication"),
    "relationships": Said("Relationer", "Relationships"),
    "framing": Said("Rammesætning", "Framing"),
    "engagement": Said("Engagement", "Engagement"),
    "involvement": Said("Involvering", "Involvement"),
}

REASONS: Values = {
    Reason.NOT_ASKED: Said("Ikke spurgt", "Not asked"),
    Reason.NO_DATA: Said("Ingen data", "No data"),
    Reason.MISSING_RULE: Said("For få svar efter reglen om manglende svar", "Fell to the missing rule"),
    Reason.TOO_FEW_ROWS: Said("For få rækker", "Too few rows"),
    Reason.TOO_FEW_ITEMS: Said("For få udsagn", "Too few items"),
    Reason.TOO_FEW_CLUSTERS: Said("For få klynger", "Too few clusters"),
    Reason.NO_VARIANCE: Said("Ingen variation", "No variance"),
    Reason.NO_RESIDUAL_VARIANCE: Said("Ingen restvariation", "No residual variance"),
    Reason.NEGATIVE_VARIANCE: Said("Negativ varians", "Negative variance"),
    Reason.FULL_LEVERAGE: Said("En række bestemmer alene resultatet", "A row has full leverage"),
    Reason.NOT_IDENTIFIED: Said("Modellen er ikke identificeret", "Not identified"),
    Reason.NO_DEGREES_OF_FREEDOM: Said("Ingen frihedsgrader", "No degrees of freedom"),
    Reason.SINGULAR: Said("Singulær matrix", "Singular"),
    Reason.IMPROPER_SOLUTION: Said("Uegentlig løsning", "Improper solution"),
    Reason.NOT_CONVERGED: Said("Beregningen konvergerede ikke", "Not converged"),
    Reason.AT_BOUNDARY: Said("På grænsen af det mulige", "At the boundary"),
    Reason.UNDEFINED_RESAMPLES: Said("For mange genudtræk uden resultat", "Undefined resamples"),
}
