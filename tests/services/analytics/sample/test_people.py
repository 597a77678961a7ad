"""What people see of themselves over REST against the methods applied to the files' rows of each."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import pytest

from services.analytics.methods.arms import mean_difference, mean_estimate
from services.analytics.methods.results import Estimate
from shared.access.principal import Role
from tests.services.analytics.five_municipalities import (
    WAVES,
    cases_that_count,
    codes,
    rows,
)
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.rounds_with_answers import NOT_AVAILABLE, something
from tests.services.analytics.said_anew import are_apart, is_of_enough, leaves_open, mean_leaves_open
from tests.services.analytics.sample.led import (
    SCALES,
    WHOLE,
    Forms,
    all_led,
    employees_means,
    leaders_mean,
    led,
)
from tests.services.analytics.told_sample import ToldSample
from tests.support.whole_steps import ENOUGH

EXACT = 1e-9
DIMENSIONS = range(6)


class Rating(NamedTuple):
    """What one said of another on a case, on each dimension."""

    case: str
    rater: str
    rated: str
    codes: tuple[int, ...]

    @property
    def mean(self) -> float | None:
        given = [code for code in self.codes if code > 0]
        return fmean(given) if given else None


Ratings = list[Rating]


def near(value: object) -> Any:
    return pytest.approx(value, abs=EXACT)


@cache
def ratings(wave: str) -> Ratings:
    """Return a wave's rows of one who rates another."""
    return [
        Rating(row["case_id"], row["rater_id"], row["target_id"], tuple(codes(row, "i", 6)))
        for row in rows("rk")
        if WAVES[row["wave"]] == wave and row["rater_id"] != row["target_id"]
    ]


def valid(own: Iterable[Rating], item: int) -> list[int]:
    return [each.codes[item] for each in own if each.codes[item] > 0]


def raters(own: Iterable[Rating], item: int) -> set[str]:
    return {each.rater for each in own if each.codes[item] > 0}


class TestMine:
    """People of three cases, and of fewer."""

    @pytest.mark.parametrize("person", ["P000017", "P000043", "P000023"])
    async def test_what_i_gave_and_received(self, told_sample: ToldSample, person: str) -> None:
        found = await told_sample.to_member(person, f"professionals/{id_of(person)}/scores")
        mine = {row["case_id"] for row in rows("members") if row["professional_id"] == person}
        assert [each["provenance"]["wave"] for each in found["waves"]] == list(WAVES.values())
        for view in found["waves"]:
            wave = view["provenance"]["wave"]
            assert view["cases"] == len(mine)
            own = [each for each in ratings(wave) if each.case in mine]
            equals(view["given"], [each for each in own if each.rater == person])
            equals(view["received"]["teamOpen"], [each for each in own if each.rated == person])
            assert view["received"]["confidential"] is None
            self.compared(view["comparison"], wave, person, mine)

    def compared(self, shown: list[dict[str, Any]] | None, wave: str, person: str, mine: set[str]) -> None:
        counting = set(cases_that_count(wave))
        assert mine <= counting
        counted = [each for each in ratings(wave) if each.case in counting]
        assert (shown is not None) == may_be_compared(counted, person, mine)
        assert shown is not None
        for item, view in enumerate(shown):
            cells = valid(counted, item)
            assert view["score"]["value"] == near(fmean(cells))
            assert (view["score"]["cells"], view["score"]["raters"]) == (
                len(cells),
                len(raters(counted, item)),
            )

    async def test_nobody_elses_are_shown(self, told_sample: ToldSample) -> None:
        client = told_sample.caller(Role.PROFESSIONAL, person="P000017")
        answer = await client.get(f"/v1/professionals/{id_of('P000023')}/scores")
        assert answer.content == NOT_AVAILABLE


def equals(view: dict[str, Any], own: Ratings) -> None:
    """Require what somebody gave or received to be the means of the rows' means."""
    means = [each.mean for each in own if each.mean is not None]
    overall, cells = view["overall"], [code for item in DIMENSIONS for code in valid(own, item)]
    assert overall["value"] == (near(fmean(means)) if means else None)
    assert (overall["cells"], overall["dyads"]) == (len(cells), len(means))
    assert overall["raters"] == len({each.rater for each in own if each.mean is not None})
    for item, each in enumerate(view["dimensions"]):
        held = valid(own, item)
        assert each["score"]["value"] == (near(fmean(held)) if held else None)
        assert each["score"]["cells"] == len(held)


def may_be_compared(counted: Ratings, person: str, mine: set[str]) -> bool:
    """Tell whether taking away what one knows, or what is shown, leaves nobody or enough people."""
    beside = [each for each in counted if each.case not in mine]
    by_case: dict[str, Ratings] = defaultdict(list)
    for each in beside:
        by_case[each.case].append(each)
    unseen = [each for own in by_case.values() if not is_shown_whole(own) for each in own]
    for item in DIMENSIONS:
        left, known = raters(unseen, item) - {person}, raters(beside, item) - {person}
        others = valid((each for each in unseen if each.rater != person), item)
        if len(known) < ENOUGH or (left and not (len(left) >= ENOUGH and leaves_open(others))):
            return False
    return True


def is_shown_whole(own: Ratings) -> bool:
    """Tell whether others than its team see a case's score and its dimensions."""
    everything = [code for item in DIMENSIONS for code in valid(own, item)]
    everybody = {person for item in DIMENSIONS for person in raters(own, item)}
    return (
        len(everybody) >= ENOUGH
        and mean_leaves_open(everything)
        and all(
            len(raters(own, item)) >= ENOUGH and mean_leaves_open(valid(own, item)) for item in DIMENSIONS
        )
    )


Means = dict[str, float]


def means_of(forms: Forms, items: tuple[int, ...]) -> Means:
    return {person: float(mean) for person, mean in employees_means(forms, items).items()}


def of_leader(forms: Forms) -> dict[str | None, Means]:
    """Return what a leader may see of own employees; None is all of the form."""
    parts = {code: means_of(forms, items) for code, items in SCALES.items()}
    shown: dict[str | None, Means] = {
        code: means for code, means in parts.items() if is_of_enough(means.values())
    }
    whole = means_of(forms, WHOLE)
    left_open = {
        row["respondent_id"] for row in forms if 0 < sum(code > 0 for code in codes(row, "l", 7)) < 7
    }
    even = not left_open or min(len(left_open), len(whole) - len(left_open)) >= ENOUGH
    if (not shown or (len(shown) == len(parts) and even)) and is_of_enough(whole.values()):
        shown[None] = whole
    return shown


def same(view: dict[str, Any], wanted: Estimate) -> None:
    assert view["value"] == near(wanted.value.value)
    assert view["standardError"]["value"] == near(wanted.standard_error.value)
    ends = (view["interval"]["low"], view["interval"]["high"])
    assert ends == near((wanted.interval.low, wanted.interval.high))


def is_score(view: dict[str, Any], means: Means) -> None:
    values = np.array([means[person] for person in sorted(means)])
    interval = mean_estimate(values).interval
    assert (view["value"], view["raters"]) == (near(values.mean()), len(means))
    assert view["spread"]["value"] == near(values.std(ddof=1))
    assert (view["interval"]["low"], view["interval"]["high"]) == near((interval.low, interval.high))


EVERYBODY = sorted({leader for wave in WAVES.values() for leader in all_led(wave)})
SEEING = [
    leader for leader in EVERYBODY if any(of_leader(all_led(wave)[leader]) for wave in WAVES.values())
]
LED = [*SEEING, *(leader for leader in EVERYBODY[::6] if leader not in SEEING)]
"""Who sees anything, and some who don't."""


class TestLeaders:
    async def test_each_sees_what_enough_own_employees_say(self, told_sample: ToldSample) -> None:
        seen = dict.fromkeys(WAVES.values(), 0)
        changes = 0
        for leader in LED:
            client = told_sample.caller(Role.LEADER, person=leader)
            for wave in WAVES.values():
                path = f"/v1/leaders/{id_of(leader)}/scores?wave={wave}&since=baseline"
                answer, shown = await client.get(path), of_leader(all_led(wave)[leader])
                if not shown:
                    assert answer.content == NOT_AVAILABLE, leader
                    continue
                seen[wave] += 1
                found = something(answer)
                assert {each["code"] for each in found["subScales"]} == {*shown} - {None}
                for each in found["subScales"]:
                    is_score(each["score"], shown[each["code"]])
                assert (found["overall"] is not None) == (None in shown)
                if None in shown:
                    is_score(found["overall"], shown[None])
                compared(found["comparison"], wave)
                changes += changed(found["change"], leader, wave)
        assert min(seen.values()) > 5
        assert len(SEEING) < len(LED)
        assert changes > 0


@cache
def leaders_means(wave: str, scale: str) -> list[float]:
    """Return the mean of each leader about whom anybody answered."""
    found = (leaders_mean(forms, SCALES[scale]) for forms in led(wave).values())
    return [float(each[0]) for each in found if each is not None]


def compared(shown: list[dict[str, Any]], wave: str) -> None:
    """Require the comparison to be the mean over all leaders, each weighing the same."""
    assert [each["code"] for each in shown] == list(SCALES)
    for each in shown:
        known = leaders_means(wave, each["code"])
        assert each["score"]["value"] == near(fmean(known))
        assert each["score"]["leaders"] == len(known)


def changed(view: dict[str, Any] | None, leader: str, wave: str) -> bool:
    """Require a leader's change to be shown where nobody or enough people came and went, and be theirs."""
    then, now = (of_leader(all_led(each)[leader]) for each in ("baseline", wave))
    both = [code for code in now if code in then]
    told = wave != "baseline" and both and all(are_apart(then[code], now[code]) for code in both)
    assert (view is not None) == bool(told), leader
    if view is None:
        return False
    assert {each["code"] for each in view["scores"]} == {*both}
    for each in view["scores"]:
        before, after = then[each["code"]], now[each["code"]]
        people = sorted(before)
        moves = np.array([after[one] - before[one] for one in people if one in after])
        paired = {*before} == {*after} and 2 * moves.std() * np.sqrt(moves.size - 1) >= 1.0
        assert each["paired"] == paired
        is_score(each["before"], before)
        last, first = (np.array([held[one] for one in sorted(held)]) for held in (after, before))
        same(each["difference"], mean_estimate(moves) if paired else mean_difference(last, first))
    return True
