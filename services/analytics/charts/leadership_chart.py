"""Draws how leadership goes with relational capacity: line, and band and dots where they were released.

A dot is an employee on a case. Who may see dots is decided where they are released, and never here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.analytics.associations.schemas import AssociationsSeen
from services.analytics.charts import palette
from services.analytics.charts.frame import Heading, Spec, framed, layer, mark, nothing_to_show, words
from services.analytics.charts.wording import interval, level, number, said
from services.analytics.release.envelope import EstimateView
from services.analytics.scores.schemas import Provenance
from shared.wire import Language

_SIZE = 360
_LOWEST, _HIGHEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One employee's leadership mean and given RK on one case."""

    leadership: float
    given: float


@dataclass(frozen=True, slots=True)
class BandPoint:
    """The interval of the line at one place."""

    leadership: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """What is known of the relation; `dots` are there for analysts alone, `band` where it is defined."""

    provenance: Provenance
    unit_of_analysis: str
    n: int
    cases: int
    leaders: int
    intercept: float
    slope: EstimateView
    errors: str
    dots: Sequence[Dot] = ()
    band: Sequence[BandPoint] = ()


def scatter_of(view: AssociationsSeen | None) -> Scatter | None:
    """Take the relation out of those released of a wave; what of it a caller sees was decided there."""
    found = view.leadership_to_rk if view else None
    if view is None or found is None:
        return None
    line = found.by_case
    if line.intercept.value is None or line.slope.value is None:
        return None
    return Scatter(
        provenance=view.provenance,
        unit_of_analysis=found.unit_of_analysis,
        n=found.n,
        cases=found.cases,
        leaders=found.leaders,
        intercept=line.intercept.value,
        slope=line.slope,
        errors=line.errors.upper(),
        dots=[Dot(each.leadership, each.rk) for each in view.points or ()],
        band=[
            BandPoint(each.at_leadership, each.interval.low, each.interval.high)
            for each in found.band
            if each.interval.low is not None and each.interval.high is not None
        ],
    )


def leadership_chart(shown: Scatter | None, language: Language) -> Spec:
    """Draw the relation between leadership and given RK."""
    if shown is None or shown.slope.value is None:
        return nothing_to_show(language)
    body: Spec = {
        "width": _SIZE,
        "height": _SIZE,
        "datasets": {
            "band": [_within_plot(each) for each in shown.band],
            "dots": list(_counted(shown.dots)),
            "line": [
                {"leadership": x, "given": shown.intercept + shown.slope.value * x} for x in _ends(shown)
            ],
            "slope": [{"text": _slope(shown, language)}],
        },
        "layer": _layers(language),
    }
    return framed(_heading(shown, language), body, language, [shown.provenance], 40)


def _counted(dots: Sequence[Dot]) -> Iterator[Spec]:
    """Take dots in the same place together: they would hide each other."""
    places = sorted((each.leadership, each.given) for each in dots)
    for leadership, given in dict.fromkeys(places):
        count = places.count((leadership, given))
        yield {"leadership": leadership, "given": given, "employees": count}


def _within_plot(found: BandPoint) -> Spec:
    low, high = (min(max(end, _LOWEST), _HIGHEST) for end in (found.low, found.high))
    return {"leadership": found.leadership, "low": low, "high": high}


def _ends(shown: Scatter) -> tuple[float, float]:
    """Return where the line begins and ends: with the dots or else the band, or at the plot's edge."""
    xs = [each.leadership for each in shown.dots or shown.band]
    low, high = (min(xs), max(xs)) if xs else (_LOWEST, _HIGHEST)
    slope = shown.slope.value or 0.0
    if slope:
        edges = sorted((edge - shown.intercept) / slope for edge in (_LOWEST, _HIGHEST))
        low, high = max(low, edges[0]), min(high, edges[1])
    return low, high


def _layers(language: Language) -> list[Spec]:
    x = _axis(
        "leadership", said("Sammenhængende ledelse, 1 til 5", "Coherent leadership, 1 to 5", language)
    )
    y = _axis(
        "given", said("Givet relationel kapacitet, 1 til 5", "Given relational capacity, 1 to 5", language)
    )
    size = {
        "field": "employees",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [1, 10], "range": [45, 450]},
    }
    return [
        layer(
            "band",
            mark("area", color=palette.FIRST, opacity=0.22),
            {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        ),
        layer(
            "dots",
            mark("point", shape="circle", filled=False, stroke=palette.INK, strokeWidth=1.2, opacity=1),
            {"x": x, "y": y, "size": size},
        ),
        layer("line", mark("line", color=palette.FIRST, strokeWidth=3), {"x": x, "y": y}),
        layer(
            "slope",
            words(align="left", baseline="bottom", limit=0),
            {"x": {"value": 0}, "y": {"value": -10}, "text": {"field": "text", "type": "nominal"}},
        ),
    ]


def _axis(field: str, title: str) -> Spec:
    scale = {"domain": [_LOWEST, _HIGHEST], "nice": False, "zero": False}
    axis = {"values": [1, 2, 3, 4, 5], "format": "d", "title": title}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _slope(shown: Scatter, language: Language) -> str:
    text = said("Hældning ", "Slope ", language) + number(shown.slope.value or 0.0, language, 2)
    found = shown.slope.interval
    if found.low is None or found.high is None:
        return text + said(", interval ikke bestemt", ", interval undefined", language)
    return f"{text}, {level(found, language)} {interval(found.low, found.high, language, 2)}"


def _heading(shown: Scatter, language: Language) -> Heading:
    wave = shown.provenance.wave
    unit = _unit(shown, language)
    behind = said(
        f"Analyseenhed: {unit}. n = {shown.n}, {shown.cases} forløb, {shown.leaders} ledere. "
        f"Usikkerhed: {shown.errors} efter forløb.",
        f"Unit of analysis: {unit}. n = {shown.n}, {shown.cases} cases, {shown.leaders} leaders. "
        f"Uncertainty: {shown.errors} by case.",
        language,
    )
    return Heading(
        said(
            f"Ledelse og relationel kapacitet, måletidspunkt {wave}",
            f"Leadership and relational capacity, wave {wave}",
            language,
        ),
        [behind, _explained(shown, language)],
        [f"{_slope(shown, language)}.", behind, *_ends_in_words(shown, language)],
    )


def _unit(shown: Scatter, language: Language) -> str:
    if shown.unit_of_analysis != "respondent-by-case":
        return shown.unit_of_analysis
    return said("medarbejder i et forløb", "employee on a case", language)


def _explained(shown: Scatter, language: Language) -> str:
    dots = said(
        "Hver ring er en medarbejder i et forløb; flere på samme sted giver en større ring."
        if shown.dots
        else "Medarbejdernes enkelte svar vises ikke.",
        "Each ring is an employee on a case; several in one place make a larger ring."
        if shown.dots
        else "Single employees' answers are not shown.",
        language,
    )
    band = said(
        "Feltet er linjens 95 %-interval sted for sted. ",
        "The band is the line's 95 % interval, place by place. ",
        language,
    )
    claim = said("En sammenhæng er ikke en årsag.", "An association is no cause.", language)
    return f"{dots} {band if shown.band else ''}{claim}"


def _ends_in_words(shown: Scatter, language: Language) -> Iterator[str]:
    for x in _ends(shown):
        y = number(shown.intercept + (shown.slope.value or 0.0) * x, language, 2)
        yield said(
            f"Ved ledelse {number(x, language, 2)} går linjen gennem {y}.",
            f"At leadership {number(x, language, 2)} the line is at {y}.",
            language,
        )
