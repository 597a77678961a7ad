"""Where cases stand and which ask for attention, over REST, against the methods applied to the files."""

from collections.abc import Iterable
from math import sqrt
from typing import Any

import pytest

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.noncentral import normal_below, normal_quantile
from services.analytics.methods.scores import mean_of_dyads
from shared.access.principal import Role
from tests.services.analytics.five_municipalities import answering, case_table, closed_networks, members
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.rounds_with_answers import nothing, something
from tests.services.analytics.sample.like_cases import Like, changes, like, scores
from tests.services.analytics.told_sample import ToldSample
from tests.support.whole_steps import ENOUGH

EXACT = 1e-9
PROBABLE = 0.6
LIMIT = 3.0
LIST = f"follow-up/attention-list?level=complex&threshold={LIMIT}&probability={PROBABLE}&pageSize=200"

UNITS = dict(zip(case_table().cases, case_table().units, strict=True))
ORDINARY = [case for case, units in UNITS.items() if units <= 4]
COMPLEX = [case for case in UNITS if case not in ORDINARY]
MORE = [case for case, units in UNITS.items() if units > 3]
"""What is complex to the other tenant: enough cases of few people that nobody can tell them apart."""


def near(value: object) -> Any:
    return pytest.approx(value, abs=EXACT)


def ends(view: dict[str, Any]) -> tuple[Any, ...]:
    return view["low"], view["high"]


async def standing(sample: ToldSample, case: str, person: str | None = None) -> Any:
    client = sample.caller(Role.PROFESSIONAL, person=person or members(case)[0])
    return await client.get(f"/v1/cases/{id_of(case)}/standing?wave=baseline", timeout=300)


def stands(found: dict[str, Any], wanted: Like, case: str) -> None:
    """Require a case to stand where the methods put it."""
    held, place = wanted.held, wanted.cases.index(case)
    shown, like_cases = found["estimate"], found["likeCases"]
    middle, spread = float(held.estimates[place]), float(held.spread[place])
    between, half = sqrt(held.fit.between.value or 0), normal_quantile(0.975) * spread
    assert like_cases["cases"] == len(wanted.cases)
    assert like_cases["people"] == len(frozenset().union(*wanted.raters.values()))
    assert (like_cases["mean"]["value"], like_cases["sd"]["value"]) == near((held.mean, between))
    assert (shown["value"], shown["spread"]["value"]) == near((middle, spread))
    assert shown["reliability"]["value"] == near(float(held.reliability[place]))
    assert ends(shown["interval"]) == near((middle - half, middle + half))
    assert found["standardError"]["value"] == near(float(held.errors[place]))
    assert found["probabilityBelow"]["value"] == near(held.below(place, 2.5))
    share = normal_below((middle - held.mean) / sqrt(spread**2 + between**2))
    assert found["position"]["shareBelow"]["value"] == near(share)
    shares = [normal_below((end - held.mean) / between) for end in (middle - half, middle + half)]
    assert ends(found["position"]["interval"]) == near(tuple(shares))
    own = mean_of_dyads(dyads_of(closed_networks("baseline")[case]))
    assert found["rawMean"]["value"] == near(own.value.value)


class TestWhereACaseStands:
    @pytest.mark.parametrize("case", ORDINARY[::11])
    async def test_among_ordinary_ones(self, told_sample: ToldSample, case: str) -> None:
        stands(something(await standing(told_sample, case)), scores("baseline", 3, 4), case)

    @pytest.mark.parametrize("case", MORE[:-1:12])
    async def test_among_complex_ones(self, told_as_complex: ToldSample, case: str) -> None:
        found = something(await standing(told_as_complex, case))
        assert found["likeCases"]["level"] == "complex"
        stands(found, scores("baseline", 4), case)

    async def test_not_where_few_of_them_are_hidden_from_others(self, told_sample: ToldSample) -> None:
        """All of them could be worked out of where each stands, and so the few that are of few people."""
        raters = answering("baseline", "rk")
        few = [case for case in like("baseline", 5) if len(raters[case]) < ENOUGH]
        assert 0 < len(few) < ENOUGH
        for case in COMPLEX[::8]:
            nothing(await standing(told_sample, case))


def row(case: str, *, exact: bool) -> tuple[list[str], float, float | None]:
    """Return for which reasons a case asks for attention, how low it is, and any fall that is shown."""
    now, before, moved = scores("follow-up", 4), scores("baseline", 4), changes(4)
    low = now.held.below(now.cases.index(case), LIMIT)
    fell = None
    if case in moved.cases:
        stayed = moved.raters[case]
        gone = [len(each.raters.get(case, frozenset()) - stayed) for each in (now, before)]
        enough = len(stayed) >= ENOUGH and all(each == 0 or each >= ENOUGH for each in gone)
        fell = moved.held.below(moved.cases.index(case), 0.0) if exact or enough else None
    reasons = [
        *(["team-low"] if low >= PROBABLE else []),
        *(["team-falling"] if fell is not None and fell >= PROBABLE else []),
    ]
    return reasons, low, fell


def is_list(shown: dict[str, Any], cases: Iterable[str], *, exact: bool) -> int:
    """Require a list to be of those of some cases that ask for attention; return how many fell."""
    now, moved = scores("follow-up", 4), changes(4)
    wanted = {case: row(case, exact=exact) for case in cases}
    listed = sorted((-low, case) for case, (reasons, low, _) in wanted.items() if reasons)
    assert [each["caseId"] for each in shown["items"]] == [str(id_of(case)) for _, case in listed]
    falls = 0
    for view, (_, case) in zip(shown["items"], listed, strict=True):
        reasons, low, fell = wanted[case]
        assert [each["code"] for each in view["reasons"]] == reasons
        assert view["probabilityBelow"]["value"] == near(low)
        assert view["estimate"]["value"] == near(float(now.held.estimates[now.cases.index(case)]))
        assert view["rawMean"]["raters"] == len(now.raters[case])
        assert (view["fall"] is None, view["citizen"]) == (fell is None, None)
        if fell is not None:
            falls += 1
            place = moved.cases.index(case)
            assert view["fall"]["probability"]["value"] == near(fell)
            assert view["fall"]["value"] == near(float(moved.held.estimates[place]))
            assert view["fall"]["spread"]["value"] == near(float(moved.held.spread[place]))
            assert view["fall"]["raters"] == len(moved.raters[case])
    return falls


class TestWhichAskForAttention:
    async def test_of_all_that_enough_people_rated_in(self, told_as_complex: ToldSample) -> None:
        client = told_as_complex.caller(Role.ADMINISTRATOR)
        found = something(await client.get(f"/v1/waves/{LIST}", timeout=300))
        now = scores("follow-up", 4)
        enough = [case for case in now.cases if len(now.raters[case]) >= ENOUGH]
        assert 0 < len(enough) < len(now.cases)
        falls = is_list(found, enough, exact=False)
        assert 0 < falls < len(found["items"])

    async def test_of_my_own_exactly_however_few_rated(self, told_as_complex: ToldSample) -> None:
        now = scores("follow-up", 4)
        low = [case for case in now.cases if len(now.raters[case]) < ENOUGH and row(case, exact=True)[0]]
        for case in low[:3]:
            person = members(case)[0]
            found = await told_as_complex.to_member(person, f"waves/{LIST}")
            own = [each for each in now.cases if person in members(each)]
            assert is_list(found, own, exact=True) > 0
        assert low

    async def test_not_among_complex_ones_of_which_few_are_hidden(self, told_sample: ToldSample) -> None:
        nothing(await told_sample.caller(Role.ADMINISTRATOR).get(f"/v1/waves/{LIST}", timeout=300))
