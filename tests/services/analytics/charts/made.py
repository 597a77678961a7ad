"""Released views made up by hand, and what is asked of every chart."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import jsonschema_rs

from services.analytics.charts.frame import Spec, written
from services.analytics.charts.pressing import draw
from services.analytics.methods.response import Tier
from services.analytics.release.envelope import FigureView, ScoreView
from services.analytics.scores.schemas import (
    CaseResults,
    CaseScoreView,
    MarkedPair,
    MatrixView,
    NamedScore,
    ParticipantScores,
    Provenance,
    RatedScores,
    ResponseQuality,
)
from shared.contracts.survey import Visibility

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'so'",
    "{{datum.mean}}",
    "datum.x",
    "=cmd",
    "]]>",
    "</desc>",
    "2026-01-01",
    "007",
    "null",
    "\\u0022+alert(1)+\\u0022",
    "https://example.org/x.svg",
)
"""Labels that somebody might take for something else."""

Cell = float | str | None
"""A mean, a reason, or no answer."""
PROVENANCE = Provenance(data_version="d1", instruments=["relational-capacity/1"], wave="baseline")


def score(value: float | None, cells: int = 42, raters: int = 7) -> ScoreView:
    """Make a score."""
    reason = None if value is not None else "no-data"
    return ScoreView(value=value, reason=reason, cells=cells, dyads=cells, raters=raters)


def matrix(
    labels: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    partly: Sequence[tuple[int, int]] = (),
    groups: Sequence[str] | None = None,
) -> MatrixView:
    """Make a matrix; `dont-know` and `dont-work-with` mark a pair, `partly` beside its mean."""
    rows = [UUID(int=place + 1) for place in range(len(labels))]
    columns = rows if groups is None else [UUID(int=place + 101) for place in range(len(groups))]
    names = labels if groups is None else groups

    def marked(reason: str, more: Sequence[tuple[int, int]] = ()) -> list[MarkedPair]:
        found = [(r, c) for r, row in enumerate(cells) for c, cell in enumerate(row) if cell == reason]
        pairs = sorted([*found, *more])
        return [MarkedPair(rater=rows[r], subject=columns[c], dimensions=["x"]) for r, c in pairs]

    received = [score(_mean(column)) for column in zip(*cells, strict=True)]
    return MatrixView(
        provenance=PROVENANCE,
        visibility=Visibility.TEAM_OPEN,
        participants=[
            ParticipantScores(
                id=rows[place],
                label=label,
                professional_group=None,
                given=score(_mean(cells[place])),
                received=received[place] if groups is None else score(None),
            )
            for place, label in enumerate(labels)
        ],
        rated=[
            RatedScores(id=columns[place], label=name, received=received[place])
            for place, name in enumerate(names)
        ],
        cells=[[_figure(cell) for cell in row] for row in cells],
        dimensions=[],
        dont_know=marked("dont-know", partly),
        dont_work_with=marked("dont-work-with"),
    )


def _mean(cells: Sequence[Cell]) -> float | None:
    valid = [cell for cell in cells if isinstance(cell, float)]
    return sum(valid) / len(valid) if valid else None


def _figure(cell: Cell) -> FigureView:
    if isinstance(cell, float):
        return FigureView(value=cell)
    return FigureView(value=None, reason="not-asked" if cell == "not-asked" else "no-data")


def three() -> MatrixView:
    """Give three people, one gap of each kind, and an answer that was in part none."""
    return matrix(
        ["Anne Holm, Familieafdelingen", "Bo Lind, Jobcentret", "Carla Friis, Sundhedsplejen"],
        [
            ["not-asked", 4.0, "dont-know"],
            [2.5, "not-asked", "dont-work-with"],
            [3.25, None, "not-asked"],
        ],
        partly=[(1, 0)],
    )


def case_results(dimensions: Sequence[tuple[str, float | None]]) -> CaseResults:
    """Make a case's results."""
    return CaseResults(
        provenance=PROVENANCE,
        case_score=CaseScoreView(
            mean_of_dyads=score(3.0), mean_of_given=score(3.0), pooled_cells=score(3.0)
        ),
        dimensions=[NamedScore(code=code, score=score(mean)) for code, mean in dimensions],
        sub_scales=[],
        response=ResponseQuality(
            asked=8,
            responded=7,
            rate=FigureView(value=0.875),
            tier=Tier.HIGH,
            dont_know_rate=FigureView(value=0.0),
            dont_work_with_rate=FigureView(value=0.0),
        ),
        citizen=None,
    )


@cache
def _schema() -> jsonschema_rs.Draft7Validator:
    """Read the Vega-Lite schema that Altair brings along."""
    place = distribution("altair").locate_file("altair/vegalite/v6/schema/vega-lite-schema.json")
    text = Path(str(place)).read_text(encoding="utf-8")
    return jsonschema_rs.Draft7Validator(json.loads(text, object_hook=_escaped))


def _escaped(part: dict[str, Any]) -> dict[str, Any]:
    """Write a reference as it must be: the schema's names hold angle brackets."""
    reference = part.get("$ref")
    return {**part, "$ref": quote(reference, safe="#/")} if isinstance(reference, str) else part


def as_read(spec: Spec) -> Any:
    """Return a specification as its reader has it."""
    return json.loads(written(spec))


def is_vega_lite(spec: Spec) -> bool:
    """Tell whether a specification is one by the schema."""
    return _schema().is_valid(as_read(spec))


def drawn(spec: Spec) -> str:
    """Draw a specification, as the program does."""
    return draw(as_read(spec)).decode()


def rows(spec: Spec, dataset: str) -> list[dict[str, Any]]:
    """Return the data of a set."""
    found: list[dict[str, Any]] = spec["datasets"][dataset]
    return found
