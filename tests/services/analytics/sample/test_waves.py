"""All cases of a wave together over REST against the methods applied to the files themselves."""

from collections import defaultdict
from itertools import pairwise
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from services.analytics.methods.arms import mean_estimate
from services.analytics.methods.cube import merge, tally
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.grouped import grouped_quantile
from services.analytics.methods.pooled import pooled_scores
from services.analytics.methods.scores import mean_of_dyads
from tests.services.analytics.five_municipalities import (
    WAVES,
    area_of,
    cases_that_count,
    codes,
    dyads,
    networks,
    rows,
)
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.sample.led import SCALES, leaders_mean, led
from tests.services.analytics.told_sample import ToldSample

EXACT = 1e-9
INSTRUMENTS = {
    "relational-capacity": ("rk", "i", 6, "rater_id"),
    "coherent-leadership": ("leadership", "l", 7, "respondent_id"),
    "citizen-experienced-quality": ("citizen", "c", 5, "citizen_id"),
}


@pytest.fixture(scope="module", params=list(WAVES.values()))
def wave(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    return code


def near(value: object) -> Any:
    return pytest.approx(value, abs=EXACT)


def of_wave(name: str, wave: str) -> list[dict[str, str]]:
    counting = set(cases_that_count(wave, name))
    return [row for row in rows(name) if WAVES[row["wave"]] == wave and row["case_id"] in counting]


def test_how_many_cases_wait() -> None:
    """The last fill no step of five people: one team of four or three, and citizens, one to a case."""
    waiting = {
        (name, code): 54 - len(cases_that_count(code, name))
        for name in ("rk", "leadership", "citizen")
        for code in WAVES.values()
    }
    assert waiting == {
        ("rk", "baseline"): 1,
        ("rk", "follow-up"): 1,
        ("leadership", "baseline"): 1,
        ("leadership", "follow-up"): 1,
        ("citizen", "baseline"): 4,
        ("citizen", "follow-up"): 2,
    }


async def test_the_overview(told_sample: ToldSample, wave: str) -> None:
    found = await told_sample.to_analyst(f"waves/{wave}/overview")
    wanted = pooled_scores(list(networks(wave).values()))
    assert found["cases"] == wanted.cases == len(cases_that_count(wave))
    assert found["meanOfCases"]["value"] == near(wanted.mean_of_cases.value)
    assert found["sdOfCases"]["value"] == near(wanted.sd_of_cases.value)
    shown = [(each["score"]["value"], each["score"]["cells"]) for each in found["dimensions"]]
    assert shown == [(near(each.value.value), each.cells) for each in wanted.dimensions]
    answering: dict[str, set[str]] = defaultdict(set)
    for row in of_wave("leadership", wave):
        mine = {row["respondent_id"]} if any(code > 0 for code in codes(row, "l", 7)) else set()
        answering[row["leader_id"]] |= mine
    assert found["leaders"] == len(answering)
    assert found["leadersReachingGroupSize"] == sum(len(each) >= 5 for each in answering.values())


@pytest.mark.parametrize("instrument", INSTRUMENTS)
async def test_how_much_was_answered(told_sample: ToldSample, wave: str, instrument: str) -> None:
    found = await told_sample.to_analyst(f"waves/{wave}/response-quality")
    view = next(each for each in found["instruments"] if each["instrument"] == instrument)
    name, letter, items, who = INSTRUMENTS[instrument]
    seats: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in of_wave(name, wave):
        seats[row["case_id"], row[who]] += codes(row, letter, items)
    answered = {seat for seat, own in seats.items() if any(own)}
    every = [code for own in seats.values() for code in own if code]
    shown = view["response"]
    assert (shown["asked"], shown["responded"]) == (len(seats), len(answered))
    assert shown["rate"]["value"] == near(len(answered) / len(seats))
    assert shown["dontKnowRate"]["value"] == near(every.count(-1) / len(every))
    assert view["people"] == len({person for _, person in answered})
    if instrument == "relational-capacity":
        merged = merge(tuple(tally(each) for each in networks(wave).values()))
        assert shown["dontWorkWithRate"]["value"] == near(merged.dont_work_with_rate.value)


async def test_how_the_cases_spread(told_sample: ToldSample, wave: str) -> None:
    found = await told_sample.to_analyst(f"waves/{wave}/case-score-distribution")
    scores = [mean_of_dyads(dyads_of(cube)).value.value for cube in networks(wave).values()]
    known = [value for value in scores if value is not None]
    shown = found["overall"]
    raters = {rater for case, rater, _ in dyads(wave) if case in networks(wave)}
    assert (shown["cases"], shown["people"]) == (len(known), len(raters))
    assert shown["mean"]["value"] == near(fmean(known))
    assert shown["sd"]["value"] == near(float(np.std(known, ddof=1)))
    edges = [each["low"] for each in shown["bins"]] + [shown["bins"][-1]["high"]]
    counts = [sum(low <= value < high for value in known) for low, high in pairwise(edges)]
    assert [each["cases"] for each in shown["bins"]] == counts
    for each in shown["quantiles"]:
        assert each["value"] == near(grouped_quantile(edges, counts, each["share"]).value)


async def test_the_leadership_profile(told_sample: ToldSample, wave: str) -> None:
    found = await told_sample.to_analyst(f"waves/{wave}/leadership-profile")
    standing = {row["professional_id"]: row["unit_id"] for row in rows("professionals")}
    units = {row["unit_id"]: row for row in rows("units")}
    municipality = {row["municipality_id"]: row["code"] for row in rows("municipalities")}
    by_leader = led(wave)
    places: dict[str, list[set[str]]] = {}
    for leader, forms in by_leader.items():
        own = [units[standing[row["respondent_id"]]] for row in forms]
        places[leader] = [
            {municipality[unit["municipality_id"]] for unit in own},
            {str(area_of(unit)) for unit in own},
            {str(id_of(unit["unit_id"])) for unit in own},
        ]
    cells = [(found["everywhere"], set(by_leader))]
    for at, axis in enumerate(("municipalities", "areas", "units")):
        for cell in found[axis]:
            key = cell["id"] or cell["label"]
            cells.append((cell, {leader for leader in by_leader if places[leader][at] == {key}}))
    assert len(cells) > 3
    # Each leads people of several units, so no unit has leaders of its own.
    assert (any(len(own) == 1 for *_, own in places.values()), found["units"]) == (False, [])
    for cell, leaders in cells:
        for part in cell["subScales"]:
            means = [leaders_mean(by_leader[each], SCALES[part["code"]]) for each in sorted(leaders)]
            known = [each for each in means if each is not None]
            values = np.array([float(mean) for mean, _ in known])
            interval = mean_estimate(values).interval
            shown = part["score"]
            assert (shown["leaders"], shown["employees"]) == (
                len(known),
                len(set().union(*(people for _, people in known))),
            )
            assert shown["value"] == near(float(values.mean()))
            assert shown["spread"]["value"] == near(float(values.std(ddof=1)))
            assert (shown["interval"]["low"], shown["interval"]["high"]) == near(
                (interval.low, interval.high)
            )
