"""Cuts and the file of a wave over REST against the methods applied to the file's rows of each cell."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import pytest

from services.analytics.methods.association import leadership_to_rk
from services.analytics.methods.pooled import pooled_scores
from services.analytics.methods.regression import regress
from services.analytics.methods.sandwich import Errors
from shared.access.principal import Role
from shared.spreadsheet import MEDIA_TYPE as CSV
from tests.services.analytics.exports.reading_back import from_csv
from tests.services.analytics.five_municipalities import (
    WAVES,
    answering,
    case_table,
    cases_that_count,
    mean_of,
    networks,
    respondent_table,
    rows,
    seats,
)
from tests.services.analytics.told_sample import ToldSample
from tests.support.whole_steps import ENOUGH, whole_steps

EXACT = 1e-9
STANDS: dict[str, Callable[[Any], object]] = {
    "unit": lambda seat: seat.unit_id,
    "area": lambda seat: seat.area_id,
    "municipality": lambda seat: seat.municipality_code,
    "professional-group": lambda seat: seat.professional_group,
    "role": lambda seat: seat.role,
}


class Rating(NamedTuple):
    """What one said of another on a case."""

    case: str
    rater: str
    rated: str
    value: float


@cache
def ratings(wave: str) -> tuple[Rating, ...]:
    found = [
        Rating(row["case_id"], row["rater_id"], row["target_id"], mean_of(row, "i", 6))
        for row in rows("rk")
        if WAVES[row["wave"]] == wave and row["rater_id"] != row["target_id"]
    ]
    return tuple(each for each in found if not np.isnan(each.value))


@cache
def entering(wave: str) -> tuple[frozenset[str], ...]:
    """Return the cases figures were made of step by step: each brings as many people as all before."""
    steps = whole_steps(cases_that_count(wave), answering(wave, "rk"), share=1.0)
    return tuple(map(frozenset, accumulate(steps)))


def equals(shown: dict[str, Any], cell: list[Rating], wave: str) -> int:
    """Require a cell's figures to be those of its rows, up to some step; return to which."""
    until = [[each for each in cell if each.case in step] for step in entering(wave)]
    step = max(at for at, own in enumerate(until) if len(own) == shown["dyads"])
    own = until[step]
    values = np.array([each.value for each in own])
    assert shown["mean"] == pytest.approx(values.mean(), abs=EXACT)
    assert shown["spread"] == pytest.approx(values.std(), abs=EXACT)
    assert shown["raters"] == len({each.rater for each in own})
    assert shown["rated"] == len({each.rated for each in own})
    cases = [each.case for each in own]
    if len(set(cases)) < ENOUGH:
        assert shown["interval"]["reason"] == "too-few-clusters"
    else:
        wanted = regress(values, np.ones((values.size, 1)), Errors.CR2, [cases]).intercept.interval
        assert (shown["interval"]["low"], shown["interval"]["high"]) == pytest.approx(
            (wanted.low, wanted.high), abs=EXACT
        )
    return step


def of_party(wave: str, by: str, direction: str, key: str | None) -> Iterator[Rating]:
    """Yield the ratings that a party gave or received."""
    standing, table = seats(), case_table()
    complexity = dict(zip(table.cases, table.units > 4, strict=True))
    for each in ratings(wave):
        if by == "complexity":
            stands: object = "complex" if complexity[each.case] else "ordinary"
        else:
            person = each.rated if direction == "received" else each.rater
            stands = STANDS[by](standing[each.case, person])
        if (None if stands is None else str(stands)) == key:
            yield each


@pytest.mark.parametrize("direction", ["received", "given"])
async def test_capacities_and_their_development(told_sample: ToldSample, direction: str) -> None:
    cells = 0
    for by in (*STANDS, "complexity"):
        found = await told_sample.to_analyst(f"capacity-developments?direction={direction}&by={by}")
        for view in found["waves"]:
            wave = view["provenance"]["wave"]
            if by == "complexity":
                assert equals(view["overall"], list(ratings(wave)), wave) == len(entering(wave)) - 1
            for cut in view["cuts"]:
                equals(cut["figures"], list(of_party(wave, by, direction, cut["party"]["key"])), wave)
            cells += len(view["cuts"])
        (first, *_) = found["waves"]
        path = f"waves/baseline/capacities?direction={direction}&by={by}"
        assert await told_sample.to_analyst(path) == first
    assert cells > 30


@pytest.mark.parametrize("wave", WAVES.values())
async def test_interfaces(told_sample: ToldSample, wave: str) -> None:
    standing, cells = seats(), 0
    for by in ("unit", "professional-group", "role"):
        found = await told_sample.to_analyst(f"waves/{wave}/interfaces?by={by}")
        for each in found["interfaces"]:
            keys = (each["raters"]["key"], each["rated"]["key"])
            own = [
                one
                for one in ratings(wave)
                if tuple(
                    None if stands is None else str(stands)
                    for stands in (
                        STANDS[by](standing[one.case, one.rater]),
                        STANDS[by](standing[one.case, one.rated]),
                    )
                )
                == keys
            ]
            equals(each["figures"], own, wave)
            cells += 1
    assert cells > 5


async def test_the_file_of_the_wave(told_sample: ToldSample) -> None:
    client = told_sample.caller(Role.ANALYST)
    answer = await client.get("/v1/waves/baseline/exports/figures", headers={"Accept": CSV}, timeout=300)
    found = from_csv(answer.content, frozenset({"value", "dyads"}))
    wanted = pooled_scores(list(networks("baseline").values()))
    (mean,) = [row["value"] for row in found if row["figure"] == "overview.meanOfCases"]
    assert mean == pytest.approx(wanted.mean_of_cases.value, abs=EXACT)
    shown = [row["value"] for row in found if row["figure"] == "overview.dimensions.score"]
    assert shown == pytest.approx([each.value.value for each in wanted.dimensions], abs=EXACT)
    x, y, cases, leaders = respondent_table("baseline")
    (slope,) = [
        row["value"] for row in found if row["figure"] == "associations.leadershipToRk.byCase.slope"
    ]
    line = leadership_to_rk(x, y, cases, leaders).by_case
    assert slope == pytest.approx(line.slope.value.value, abs=EXACT)
    view = await told_sample.to_analyst("waves/baseline/capacities?direction=given&by=area")
    figures = [each["figures"]["mean"] for each in view["cuts"]]
    shown = [
        row["value"]
        for row in found
        if row["figure"] == "capacities.cuts.figures.mean"
        and "direction=given" in str(row["cut"])
        and "by=area" in str(row["cut"])
    ]
    assert sorted(float(each or 0) for each in shown) == pytest.approx(sorted(figures), abs=EXACT)


async def test_the_chart_of_a_cut_draws_its_means_and_intervals(told_sample: ToldSample) -> None:
    path = "capacity-developments{}?direction=received&by=professional-group"
    view = await told_sample.to_analyst(path.format(""))
    answer = await told_sample.caller(Role.ANALYST).get(f"/v1/{path.format('/chart')}", timeout=300)
    drawn = answer.json()["datasets"]["waves"]
    figures = [
        each
        for wave in view["waves"]
        for each in [wave["overall"], *(cut["figures"] for cut in wave["cuts"])]
    ]
    assert sorted(each["value"] for each in drawn) == sorted(each["mean"] for each in figures)
    ends = [each["interval"]["low"] for each in figures if each["interval"]["low"] is not None]
    assert sorted(each["low"] for each in drawn if "low" in each) == sorted(max(end, 1.0) for end in ends)
