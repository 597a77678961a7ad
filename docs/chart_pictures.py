"""Draws the sample pictures of charts in docs/pictures, from made-up data.

Run from the repository's root: `python -m docs.chart_pictures`; with `--check` it only tells what
differs.
"""

import json
import sys
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from services.analytics.charts.development_chart import (
    About,
    Development,
    GroupOverWaves,
    WaveMean,
    development_chart,
)
from services.analytics.charts.dimension_chart import dimension_chart
from services.analytics.charts.distribution_chart import Bin, Distribution, distribution_chart
from services.analytics.charts.effect_chart import ArmMean, Difference, Effect, Moment, effect_chart
from services.analytics.charts.frame import Spec, written
from services.analytics.charts.leadership_chart import BandPoint, Dot, Scatter, leadership_chart
from services.analytics.charts.matrix_chart import matrix_chart
from services.analytics.charts.network_chart import network_chart
from services.analytics.charts.pressing import draw
from services.analytics.methods.response import Tier
from services.analytics.release.envelope import EstimateView, FigureView, IntervalView, ScoreView
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

FOLDER = Path("docs/pictures")
_ROOM = UUID("6f1c9f9e-6a55-4a8e-9a36-2b1d4f7f0a02")
_FROM = Provenance(data_version="made-up", instruments=["relational-capacity/1"], wave="baseline")
_PEOPLE = (
    "Anne Holm, Familieafdelingen",
    "Bo Lind, Familiehuset",
    "Ea Friis, Pædagogisk Psykologisk Rådgivning",
    "Ib Krog, Jobcentret, sygedagpenge",
    "Liv Toft, Børne- og Ungdomspsykiatrien",
    "Ole Skov, Stjernevejskolen",
    "Pia Juhl, Specialpædagogisk Rådgivning",
    "Ulla Bang, Sundhedsplejen",
)
_MATRIX = """
. 4.5 4.0 2.2 ? 4.2 3.8 4.0
4.3 . 4.1 1.8 - 3.5 4.4 3.9
3.7 4.2 . ? 3.1 4.0 4.8 3.3
2.5 - ? . 2.0 1.4 - 2.8
? 3.0 3.6 2.4 . 3.2 4.1 _
4.0 3.4 4.4 1.6 2.9 . 4.0 4.6
4.1 4.6 4.7 - 4.0 3.8 . 3.6
4.4 4.0 3.2 3.0 _ 4.5 3.9 .
"""
_DIMENSIONS = {
    "knowledge-sharing": 3.62,
    "mutual-knowledge": 2.41,
    "holistic-orientation": 3.18,
    "problem-solving": 3.35,
    "innovation": 2.74,
    "mutual-respect": 4.21,
}


def sample_matrix() -> MatrixView:
    """Return a made-up matrix of eight people: `.` was not asked, `?` don't know, `-` don't work with."""
    marks = [line.split() for line in _MATRIX.strip().splitlines()]
    ids = [uuid5(_ROOM, name) for name in _PEOPLE]
    received = [_score(column) for column in zip(*marks, strict=True)]

    def marked(sign: str) -> list[MarkedPair]:
        return [
            MarkedPair(rater=ids[row], subject=ids[column], dimensions=list(_DIMENSIONS))
            for row, line in enumerate(marks)
            for column, mark in enumerate(line)
            if mark == sign
        ]

    return MatrixView(
        provenance=_FROM,
        visibility=Visibility.TEAM_OPEN,
        participants=[
            ParticipantScores(
                id=ids[place],
                label=name,
                professional_group=None,
                given=_score(marks[place]),
                received=received[place],
            )
            for place, name in enumerate(_PEOPLE)
        ],
        rated=[
            RatedScores(id=ids[place], label=name, received=received[place])
            for place, name in enumerate(_PEOPLE)
        ],
        cells=[[_figure(mark) for mark in line] for line in marks],
        dimensions=[],
        dont_know=marked("?"),
        dont_work_with=marked("-"),
    )


def _figure(mark: str) -> FigureView:
    if mark in {".", "?", "-", "_"}:
        return FigureView(value=None, reason="not-asked" if mark == "." else "no-data")
    return FigureView(value=float(mark))


def _score(marks: list[str] | tuple[str, ...]) -> ScoreView:
    values = [found.value for mark in marks if (found := _figure(mark)).value is not None]
    count = len(values)
    return ScoreView(value=sum(values) / count, cells=count * 6, dyads=count, raters=count)


def sample_case() -> CaseResults:
    """Return a made-up case's dimensions."""
    whole = ScoreView(value=3.25, cells=288, dyads=48, raters=8)
    return CaseResults(
        provenance=_FROM,
        case_score=CaseScoreView(mean_of_dyads=whole, mean_of_given=whole, pooled_cells=whole),
        dimensions=[
            NamedScore(code=code, score=ScoreView(value=mean, cells=48, dyads=48, raters=8))
            for code, mean in _DIMENSIONS.items()
        ],
        sub_scales=[],
        response=ResponseQuality(
            asked=8,
            responded=8,
            rate=FigureView(value=1.0),
            tier=Tier.HIGH,
            dont_know_rate=FigureView(value=0.1),
            dont_work_with_rate=FigureView(value=0.1),
        ),
        citizen=None,
    )


def sample_scatter() -> Scatter:
    """Return a made-up relation of leadership and RK; such dots are for analysts alone."""
    seventh = [10 + 37 * place % 26 for place in range(120)]
    dots = [
        Dot(x / 7, min(max(round((1.2 + 0.67 * x / 7 + (place * 29 % 41 - 20) / 19) * 6) / 6, 1.0), 5.0))
        for place, x in enumerate(seventh)
    ]
    nothing = FigureView(value=None, reason="no-data")
    slope = EstimateView(
        value=0.67,
        standard_error=nothing,
        degrees_of_freedom=nothing,
        p=nothing,
        interval=IntervalView(low=0.45, high=0.89, level=0.95),
    )
    places = [1.4 + place * 0.18 for place in range(21)]
    spread = [0.08 + 0.06 * (x - 3.2) ** 2 for x in places]
    band = [
        BandPoint(x, 1.2 + 0.67 * x - half, 1.2 + 0.67 * x + half)
        for x, half in zip(places, spread, strict=True)
    ]
    return Scatter(_FROM, "respondent-by-case", 120, 31, 12, 1.2, slope, "CR2", dots, band)


def sample_effect() -> Effect:
    """Return a made-up effect of the published size."""
    arms = ("Ledelsesintervention", "Som hidtil")
    means = [
        ArmMean(arms[0], Moment.BEFORE, 3.12, 2.81, 3.43, 27),
        ArmMean(arms[0], Moment.AFTER, 3.90, 3.61, 4.19, 26),
        ArmMean(arms[1], Moment.BEFORE, 3.20, 2.90, 3.50, 27),
        ArmMean(arms[1], Moment.AFTER, 2.74, 2.40, 3.08, 25),
    ]
    after = _FROM.model_copy(update={"wave": "follow-up"})
    return Effect([_FROM, after], means, [Difference(*arms, 1.16, 0.75, 1.57)], 0.95, "ANCOVA, HC2")


def sample_development() -> Development:
    """Return made-up groups over three waves, one of them not to be shown in the second."""
    groups: dict[str | None, tuple[float | None, ...]] = {
        None: (3.0, 3.1, 3.5),
        "Socialrådgivere": (2.6, 3.0, 3.4),
        "Pædagogisk Psykologisk Rådgivning": (3.1, 3.0, 3.5),
        "Sundhedsplejersker": (3.4, None, 3.9),
        "Lærere": (2.9, 2.7, 3.1),
    }
    waves = ("baseline", "midway", "follow-up")
    return Development(
        [_FROM],
        waves,
        [
            GroupOverWaves(
                label,
                [
                    WaveMean(wave, mean, 14)
                    for wave, mean in zip(waves, means, strict=True)
                    if mean is not None
                ],
                round((means[-1] or 0.0) - (means[0] or 0.0), 2),
            )
            for label, means in groups.items()
        ],
    )


def sample_capacities() -> Development:
    """Return made-up professions over two waves; of one there are too few cases for an interval."""
    groups: dict[str | None, tuple[tuple[float, float], ...]] = {
        None: ((3.0, 0.14), (3.2, 0.15)),
        "Jobkonsulent": ((2.7, 0.42), (3.1, 0.38)),
        "Lærer": ((3.1, 0.0), (3.2, 0.31)),
        "Socialrådgiver": ((3.3, 0.22), (3.6, 0.2)),
    }
    waves = ("baseline", "follow-up")
    return Development(
        [_FROM],
        waves,
        [
            GroupOverWaves(
                label,
                [
                    WaveMean(wave, mean, 23, *((mean - half, mean + half) if half else (None, None)))
                    for wave, (mean, half) in zip(waves, found, strict=True)
                ],
            )
            for label, found in groups.items()
        ],
        About.RECEIVED,
    )


def sample_distribution() -> Distribution:
    """Return made-up bins of at least eight cases."""
    bins = [Bin(1.0, 2.5, 9), Bin(2.5, 3.0, 12), Bin(3.0, 3.5, 22), Bin(3.5, 4.0, 17), Bin(4.0, 5.0, 10)]
    return Distribution(_FROM, bins, 3.31, 70, 8)


def specifications() -> dict[str, Spec]:
    """Return all samples: in Danish, and the matrix in English too."""
    return {
        "chart-matrix": matrix_chart(sample_matrix(), "da"),
        "chart-matrix-en": matrix_chart(sample_matrix(), "en"),
        "chart-network": network_chart(sample_matrix(), "da"),
        "chart-dimensions": dimension_chart(sample_case(), "da"),
        "chart-leadership": leadership_chart(sample_scatter(), "da"),
        "chart-effect": effect_chart(sample_effect(), "da"),
        "chart-development": development_chart(sample_development(), "da"),
        "chart-capacities": development_chart(sample_capacities(), "da"),
        "chart-distribution": distribution_chart(sample_distribution(), "da"),
    }


def picture(spec: Spec) -> bytes:
    """Draw a specification as its reader has it, once."""
    return _drawn(written(spec))


@cache
def _drawn(specification: bytes) -> bytes:
    return draw(json.loads(specification))


def drifted(folder: Path = FOLDER) -> list[str]:
    """Return the pictures that are not what the code draws."""
    files = {folder / f"{name}.svg": spec for name, spec in specifications().items()}
    return [
        file.name for file, spec in files.items() if not file.exists() or file.read_bytes() != picture(spec)
    ]


def write_all(folder: Path = FOLDER) -> None:
    """Write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, spec in specifications().items():
        (folder / f"{name}.svg").write_bytes(picture(spec))


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"differ from the code: {', '.join(drifted())}" if drifted() else 0)
    write_all()
