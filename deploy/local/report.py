"""Shows results in a terminal: a matrix in colour, bars, slopes with intervals, alphas."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.local.results import WaveResults, case_score

_BARS = 30
_LOWEST, _HIGHEST = 1.0, 5.0
_LABELS = {
    "knowledge-sharing": "Videndeling · knowledge sharing",
    "mutual-knowledge": "Kendskab · mutual knowledge",
    "holistic-orientation": "Samarbejde · holistic orientation",
    "problem-solving": "Problemløsning · problem solving",
    "innovation": "Innovation · innovation",
    "mutual-respect": "Respekt · mutual respect",
}
_BANDS = ((2.5, "#f4a582"), (3.5, "#f7e08a"), (float("inf"), "#92c5de"))
_LEGEND = (
    "Farver · colours: under 2,5 orange, under 3,5 gul · yellow, ellers blå · else blue; "
    "grænserne er vores egne og ikke validerede · the cut-offs are ours and not validated."
)
_PURPOSE = (
    "Resultaterne er til for at styrke samarbejdet omkring borgeren, ikke for at vurdere personer.\n"
    "Results are there to improve collaboration around citizens, not to judge anybody."
)


def show_wave(console: Console, results: WaveResults) -> None:
    """Show what all cases of a wave say together."""
    overview = results.overview["result"]
    table = Table(title=f"Måletidspunkt · wave: {results.wave.code}", title_justify="left", box=None)
    table.add_column()
    table.add_column(justify="right")
    if overview:
        table.add_row("Forløb · cases", str(overview["cases"]))
        table.add_row(
            "Gennemsnit af forløb · mean of case scores", _number(overview["meanOfCases"]["value"], 4)
        )
        table.add_row("Svarprocent · response rate", _percent(overview["response"]["rate"]["value"]))
        table.add_row("Ved ikke · don't know", _percent(overview["response"]["dontKnowRate"]["value"]))
        reached = f"{overview['leadersReachingGroupSize']} / {overview['leaders']}"
        table.add_row("Ledere med nok svar · leaders reaching the group size", reached)
    for alpha in (results.reliability["result"] or {"instruments": []})["instruments"]:
        value = _number(alpha["alpha"]["listwise"]["value"], 3)
        table.add_row(f"Cronbachs alpha, {alpha['instrument']}", value)
    associations = results.associations["result"] or {}
    _add_slope(table, "Ledelse → RK · leadership → RK (CR2)", associations.get("leadershipToRk"), "byCase")
    _add_slope(table, "RK → borger · RK → citizen (HC3)", associations.get("rkToCitizen"), "regression")
    console.print(table)
    console.print()


def _add_slope(table: Table, label: str, found: dict[str, Any] | None, line: str) -> None:
    if found is None:
        table.add_row(label, "not-available")
        return
    slope = found[line]["slope"]
    interval = slope["interval"]
    ends = f"[{_number(interval['low'], 2)}; {_number(interval['high'], 2)}]"
    table.add_row(
        f"{label}, n = {found['n']}",
        f"{_number(slope['value'], 3)} {ends} p {_probability(slope['p']['value'])}",
    )


def show_matrix(console: Console, case: str, matrix: dict[str, Any]) -> None:
    """Show who experiences whom how: rows rate, columns are rated."""
    people = matrix["participants"]
    table = Table(title=f"Relationsmatrice · RK matrix, forløb {case}", title_justify="left")
    table.add_column("Vurderer · rater")
    for number, _ in enumerate(people, start=1):
        table.add_column(str(number), justify="center")
    table.add_column("Givet · given", justify="center")
    for number, (person, row) in enumerate(zip(people, matrix["cells"], strict=True), start=1):
        cells: list[RenderableType] = [_cell(cell["value"]) for cell in row]
        table.add_row(f"{number} {person['professionalGroup']}", *cells, _cell(person["given"]["value"]))
    received: list[RenderableType] = [_cell(person["received"]["value"]) for person in people]
    table.add_row("Modtaget · received", *received, "")
    console.print(table)
    console.print(Text(_LEGEND, style="dim"))
    console.print(Text(_PURPOSE, style="dim"))
    console.print()


def show_alike(console: Console, cases: list[str], results: WaveResults) -> None:
    """Show the dimension bars of cases alike on paper."""
    if not cases:
        return
    console.print("Forløb, der ligner hinanden på papiret · cases alike on paper", style="bold")
    console.print(Group(*(_bars(case, results.cases[case]) for case in cases)))
    console.print()


def _bars(case: str, scores: dict[str, Any]) -> Panel:
    table = Table.grid(padding=(0, 1))
    for dimension in scores["dimensions"]:
        value = dimension["score"]["value"]
        table.add_row(_LABELS.get(dimension["code"], dimension["code"]), _bar(value), _number(value, 2))
    title = f"Forløb {case}: {_number(case_score(scores), 2)}"
    return Panel(table, title=title, title_align="left", expand=False)


def _bar(value: float | None) -> Text:
    if value is None:
        return Text("")
    filled = round((value - _LOWEST) / (_HIGHEST - _LOWEST) * _BARS)
    return Text("█" * filled + "·" * (_BARS - filled), style=_colour(value))


def _cell(value: float | None) -> Text:
    if value is None:
        return Text("–", style="dim")
    return Text(f" {value:.2f} ", style=f"#000000 on {_colour(value)}")


def _colour(value: float) -> str:
    """Return the band's colour, told apart by the colour-blind, too."""
    return next(colour for below, colour in _BANDS if value < below)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _probability(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
