"""A collaboration group, and statements on a service, over REST against the methods on the files' rows."""

from collections import defaultdict
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from services.analytics.methods.arms import mean_difference
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.paired_change import paired_change
from services.analytics.methods.results import Estimate
from services.analytics.methods.scores import (
    dimension_scores,
    mean_of_dyads,
    mean_of_given,
    pooled_cells,
    sub_scores,
)
from shared.access.principal import Role
from tests.services.analytics.five_municipalities import (
    WAVES,
    answering,
    cases_that_count,
    closed_networks,
    codes,
    mean_of,
    members,
    rows,
    seats,
)
from tests.services.analytics.retold import GROUP, PARTS, STATEMENTS, TEAM
from tests.services.analytics.rounds_with_answers import nothing
from tests.services.analytics.said_anew import are_apart, is_of_enough
from tests.services.analytics.told_sample import ToldSample
from tests.support.whole_steps import ENOUGH

EXACT = 1e-9
SUB_SCALES = {"orientation": (1, 2, 5), "behaviour": (0, 3, 4)}
WAVE_CODES = list(WAVES.values())
PATH = f"collaboration-groups/{GROUP}"


def near(value: object) -> Any:
    return pytest.approx(value, abs=EXACT)


def values(views: list[dict[str, Any]]) -> list[Any]:
    return [each["score"]["value"] for each in views]


async def to_member(sample: ToldSample, path: str) -> dict[str, Any]:
    return await sample.to_member(members(TEAM)[0], f"{PATH}/{path}")


def profession(person: str) -> str:
    return str(seats()[TEAM, person].professional_group)


def received(wave: str) -> dict[str, float]:
    """Return what each profession in the group received of all others."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows("rk"):
        if (row["case_id"], WAVES[row["wave"]]) == (TEAM, wave):
            rated, mean = profession(row["target_id"]), mean_of(row, "i", 6)
            if profession(row["rater_id"]) != rated and not np.isnan(mean):
                found[rated].append(mean)
    return {each: fmean(own) for each, own in found.items()}


class TestGroup:
    @pytest.mark.parametrize("wave", WAVE_CODES)
    async def test_the_matrix_is_its_members(self, told_sample: ToldSample, wave: str) -> None:
        found = await to_member(told_sample, f"matrix?wave={wave}")
        wanted = dyads_of(closed_networks(wave)[TEAM]).matrix()
        assert [[cell["value"] for cell in row] for row in found["cells"]] == [
            near([cell.value for cell in row]) for row in wanted
        ]
        stranger = next(
            one for row in rows("members") if (one := row["professional_id"]) not in members(TEAM)
        )
        client = told_sample.caller(Role.PROFESSIONAL, person=stranger)
        nothing(await client.get(f"/v1/{PATH}/matrix?wave={wave}"))

    @pytest.mark.parametrize("wave", WAVE_CODES)
    async def test_the_scores(self, told_sample: ToldSample, wave: str) -> None:
        cube = closed_networks(wave)[TEAM]
        dyads = dyads_of(cube)
        found = await to_member(told_sample, f"scores?wave={wave}")
        others = await told_sample.to_analyst(f"{PATH}/scores?wave={wave}")
        orders = (mean_of_dyads(dyads), mean_of_given(dyads), pooled_cells([cube]))
        names = ("meanOfDyads", "meanOfGiven", "pooledCells")
        assert [found["groupScore"][name]["value"] for name in names] == near(
            [each.value.value for each in orders]
        )
        assert others["groupScore"] == {
            "meanOfDyads": found["groupScore"]["meanOfDyads"],
            "meanOfGiven": None,
            "pooledCells": None,
        }
        dimensions = [each.value.value for each in dimension_scores([cube])]
        parts = {code: each.value.value for code, each in sub_scores(cube, SUB_SCALES).items()}
        for view in (found, others):
            assert values(view["dimensions"]) == near(dimensions)
            assert {each["code"]: each["score"]["value"] for each in view["subScales"]} == near(parts)

    async def test_the_development(self, told_sample: ToldSample) -> None:
        found = await to_member(told_sample, "development")
        cubes = [closed_networks(wave)[TEAM] for wave in WAVE_CODES]
        overall = [mean_of_dyads(dyads_of(cube)).value.value or 0 for cube in cubes]
        assert [each["provenance"]["wave"] for each in found["waves"]] == WAVE_CODES
        assert [each["overall"]["value"] for each in found["waves"]] == near(overall)
        assert found["change"]["value"] == near(overall[1] - overall[0])
        for view, cube in zip(found["waves"], cubes, strict=True):
            assert values(view["dimensions"]) == near(
                [each.value.value for each in dimension_scores([cube])]
            )
        before, after = map(received, WAVE_CODES)
        assert [each["code"] for each in found["rated"]] == sorted(before)
        for each in found["rated"]:
            own = before[each["code"]], after[each["code"]]
            assert tuple(one["received"]["value"] for one in each["waves"]) == near(own)
            assert each["change"]["value"] == near(own[1] - own[0])

    async def test_to_others_no_profession_of_few(self, told_sample: ToldSample) -> None:
        found = await told_sample.to_analyst(f"{PATH}/development")
        own = await to_member(told_sample, "development")
        people = [profession(person) for person in members(TEAM)]
        assert min(map(people.count, people)) < ENOUGH <= len(answering("baseline", "rk")[TEAM])
        assert (found["rated"], found["waves"]) == ([], own["waves"])


Ratings = dict[str, float]


def ratings(wave: str, cases: set[str], statement: int) -> Ratings:
    """Return what each person says of a statement: the mean of the person's own answers."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows("leadership"):
        if row["case_id"] in cases and WAVES[row["wave"]] == wave:
            code = codes(row, "l", STATEMENTS)[statement]
            found[row["respondent_id"]] += [code] if code > 0 else []
    return {person: fmean(own) for person, own in found.items() if own}


def same(view: dict[str, Any], wanted: Estimate) -> None:
    shown = (view["value"], view["standardError"]["value"], view["degreesOfFreedom"]["value"])
    assert shown == near((wanted.value.value, wanted.standard_error.value, wanted.df.value))
    ends = (view["interval"]["low"], view["interval"]["high"])
    assert ends == near((wanted.interval.low, wanted.interval.high))


def is_average(view: dict[str, Any], pairs: list[tuple[float, float]]) -> None:
    """Require statements to be averaged both ways."""
    before, after = fmean(first for first, _ in pairs), fmean(last for _, last in pairs)
    assert view["items"] == len(pairs)
    assert (view["before"]["value"], view["after"]["value"]) == near((before, after))
    assert view["difference"]["value"] == near(after - before)
    assert view["percentOfAverages"]["value"] == near(100 * (after - before) / before)
    percents = [100 * (last - first) / first for first, last in pairs]
    assert view["averageOfPercents"]["value"] == near(fmean(percents))


def are_indicators(found: dict[str, Any], cases: dict[str, set[str]]) -> bool:
    """Require statements on some cases to have changed so; tell whether who stayed is shown."""
    told = [
        tuple(ratings(wave, cases[wave], statement) for wave in WAVE_CODES)
        for statement in range(STATEMENTS)
    ]
    shown = [at for at, pair in enumerate(told) if all(is_of_enough(own.values()) for own in pair)]
    assert [each["code"] for each in found["indicators"]] == [f"statement-{at + 1}" for at in shown]
    stays = all(
        are_apart(told[at][0], told[at][1]) and len({*told[at][0]} & {*told[at][1]}) >= ENOUGH
        for at in shown
    )
    means = {at: (fmean(told[at][0].values()), fmean(told[at][1].values())) for at in shown}
    for view, at in zip(found["indicators"], shown, strict=True):
        before, after = told[at]
        assert (view["before"]["people"], view["after"]["people"]) == (len(before), len(after))
        assert (view["before"]["value"], view["after"]["value"]) == near(means[at])
        assert view["percentChange"]["value"] == near(100 * (means[at][1] / means[at][0] - 1))
        last, first = (np.array(list(own.values())) for own in (after, before))
        same(view["difference"], mean_difference(last, first))
        assert (view["samePeople"] is not None) == stays
        if stays:
            wanted, own = paired_change(before, after), view["samePeople"]
            assert (own["stayed"], own["left"], own["joined"]) == (
                wanted.stayed,
                wanted.left,
                wanted.joined,
            )
            assert own["composition"]["value"] == near(wanted.composition.value)
            same(own["change"], wanted.paired)
    is_average(found["average"], [means[at] for at in shown])
    whole = {code: places for code, places in PARTS.items() if {*places} <= {*shown}}
    assert [each["code"] for each in found["subScales"]] == [*whole]
    for each in found["subScales"]:
        is_average(each["average"], [means[at] for at in whole[each["code"]]])
    return stays


class TestIndicators:
    QUERY = "indicators?from=baseline&to=follow-up"

    async def test_of_all_cases(self, told_sample: ToldSample) -> None:
        found = await told_sample.to_analyst(self.QUERY)
        cases = {wave: set(cases_that_count(wave, "leadership")) for wave in WAVE_CODES}
        are_indicators(found, cases)
        assert len(found["indicators"]) == STATEMENTS
        member = told_sample.caller(Role.PROFESSIONAL, person="P000017")
        nothing(await member.get(f"/v1/{self.QUERY}"))

    async def test_of_the_group(self, told_sample: ToldSample) -> None:
        found = await told_sample.to_member(members(TEAM)[0], f"{self.QUERY}&groupId={GROUP}")
        are_indicators(found, {wave: {TEAM} for wave in WAVE_CODES})
        assert found["indicators"]
