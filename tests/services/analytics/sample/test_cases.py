"""Single cases over REST against the methods applied to the file's rows of each."""

from functools import cache
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.exact import float_sd
from services.analytics.methods.icc import one_way
from services.analytics.methods.network import network_of
from services.analytics.methods.paired_change import paired_change
from services.analytics.methods.reliable_change import reliable_change
from services.analytics.methods.results import Quantity
from services.analytics.methods.scores import (
    Score,
    dimension_scores,
    given_scores,
    mean_of_dyads,
    mean_of_given,
    pooled_cells,
    received_scores,
    sub_scores,
)
from services.analytics.methods.ties import Bounded
from tests.services.analytics.five_municipalities import (
    case_table,
    cases_that_count,
    closed_networks,
    members,
)
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.told_sample import ToldSample

EXACT = 1e-9
SUB_SCALES = {"orientation": (1, 2, 5), "behaviour": (0, 3, 4)}
CASES = [*case_table().cases[::7], case_table().cases[-1]]
"""Of all sizes, and the last, whose own results don't wait; every other figure stands in the files."""


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def near(value: object) -> Any:
    return pytest.approx(value, abs=EXACT)


def score(view: dict[str, Any]) -> tuple[Any, ...]:
    return view["value"], view["cells"], view["dyads"], view["raters"]


def of(found: Score) -> tuple[Any, ...]:
    value = found.value.value
    return near(value) if value is not None else None, found.cells, found.dyads, found.raters


async def of_team(sample: ToldSample, case: str, path: str) -> dict[str, Any]:
    """Return what the first of a team reads of its case."""
    return await sample.to_member(members(case)[0], f"cases/{id_of(case)}/{path}")


async def test_the_matrix(told_sample: ToldSample, case: str) -> None:
    found = await of_team(told_sample, case, "matrix?wave=baseline")
    dyads = dyads_of(closed_networks("baseline")[case])
    shown = [cell["value"] for row in found["cells"] for cell in row]
    wanted = [cell.value for row in dyads.matrix() for cell in row]
    assert shown == near(wanted)
    everybody = zip(found["participants"], given_scores(dyads), received_scores(dyads), strict=True)
    assert [each["id"] for each in found["participants"]] == [str(id_of(one)) for one in members(case)]
    for seat, given, received in everybody:
        assert (score(seat["given"]), score(seat["received"])) == (of(given), of(received))
    for item, dimension in enumerate(found["dimensions"]):
        own = dyads_of(closed_networks("baseline")[case], [item])
        assert [score(each) for each in dimension["given"]] == [of(each) for each in given_scores(own)]
        assert [score(each) for each in dimension["received"]] == [
            of(each) for each in received_scores(own)
        ]
    codes = closed_networks("baseline")[case].cells
    assert len(found["dontKnow"]) == int((codes == -1).any(axis=2).sum())


async def test_the_scores(told_sample: ToldSample, case: str) -> None:
    found = await of_team(told_sample, case, "scores?wave=follow-up")
    cube = closed_networks("follow-up")[case]
    dyads, shown = dyads_of(cube), found["caseScore"]
    assert score(shown["meanOfDyads"]) == of(mean_of_dyads(dyads))
    assert score(shown["meanOfGiven"]) == of(mean_of_given(dyads))
    assert score(shown["pooledCells"]) == of(pooled_cells([cube]))
    assert [score(each["score"]) for each in found["dimensions"]] == [
        of(each) for each in dimension_scores([cube])
    ]
    parts = sub_scores(cube, SUB_SCALES)
    assert {each["code"]: score(each["score"]) for each in found["subScales"]} == {
        code: of(each) for code, each in parts.items()
    }


async def test_pairs_asymmetries_and_measures(told_sample: ToldSample, case: str) -> None:
    found = await of_team(told_sample, case, "relations?wave=baseline")
    dyads = dyads_of(closed_networks("baseline")[case])
    place = {str(id_of(one)): at for at, one in enumerate(members(case))}
    assert len(found["pairs"]) == len(place) * (len(place) - 1) // 2
    for pair in found["pairs"]:
        one, other, shown = place[pair["first"]], place[pair["second"]], pair["overall"]
        both = dyads.quantity(one, other).value, dyads.quantity(other, one).value
        assert (shown["firstOfSecond"]["value"], shown["secondOfFirst"]["value"]) == near(both)
        if both[0] is not None and both[1] is not None:
            assert shown["difference"]["value"] == near(both[0] - both[1])
    _measures(found["measures"], dyads)
    relations = {
        frozenset((each["first"], each["second"])): each["mean"]
        for each in [*found["strongest"], *found["weakest"]]
    }
    for pair, mean in relations.items():
        one, other = (place[each] for each in pair)
        assert mean == near(fmean([dyads.means[one, other], dyads.means[other, one]]))


def _measures(shown: dict[str, Any], dyads: Dyads) -> None:
    wanted = network_of(dyads)
    counts = ("persons", "asked", "known", "strong", "mutual", "neither")
    assert [shown[name] for name in counts] == [getattr(wanted, name) for name in counts]
    assert shown["oneSided"] == wanted.one_sided
    for name, bounded in (
        ("density", wanted.density),
        ("reciprocity", wanted.reciprocity),
        ("centralisationGiven", wanted.centralisation_given),
        ("centralisationReceived", wanted.centralisation_received),
    ):
        assert _bounds(shown[name]) == near(_held(bounded))
    assert shown["asymmetry"]["value"] == near(wanted.asymmetry.value)
    assert shown["together"]["count"] == wanted.components.count


def _bounds(view: dict[str, Any]) -> tuple[Any, ...]:
    return view["value"], view["low"]["value"], view["high"]["value"]


def _held(found: Bounded) -> tuple[Any, ...]:
    return found.value.value, found.low.value, found.high.value


def given_by(case: str, wave: str, items: list[int] | None) -> dict[str, float]:
    """Return the mean of what each member gave."""
    scores = given_scores(dyads_of(closed_networks(wave)[case], items))
    means = {one: each.value.value for one, each in zip(members(case), scores, strict=True)}
    return {one: mean for one, mean in means.items() if mean is not None}


async def test_the_change(told_sample: ToldSample, case: str) -> None:
    found = await of_team(told_sample, case, "change?from=baseline&to=follow-up")
    for items, shown in (
        (None, found["overall"]),
        *(([item], each["change"]) for item, each in enumerate(found["dimensions"])),
    ):
        wanted = paired_change(given_by(case, "baseline", items), given_by(case, "follow-up", items))
        assert shown["difference"]["value"] == near(wanted.total.value)
        same = shown["sameRaters"]
        assert (same["stayed"], same["left"], same["joined"]) == (wanted.stayed, wanted.left, wanted.joined)
        assert same["change"]["value"] == near(wanted.paired.value.value)
        assert same["change"]["standardError"]["value"] == near(wanted.paired.standard_error.value)
        interval = wanted.paired.interval
        assert _ends(same["change"]["interval"]) == near((interval.low, interval.high))
        sd, reliability = _spread(case, items[0] if items else None)
        index = reliable_change(wanted.before, wanted.after, sd, reliability)
        assert shown["reliable"]["standardError"]["value"] == near(index.standard_error.value)
        assert shown["reliable"]["index"]["value"] == near(index.index.value)


@cache
def _spread(case: str, dimension: int | None) -> tuple[Quantity, Quantity]:
    """Return the spread of the first wave's scores, and its reliability: of what counts, and the case."""
    items = None if dimension is None else [dimension]
    beside = sorted({case, *cases_that_count("baseline")})
    given = [list(given_by(one, "baseline", items).values()) for one in beside]
    cases = np.repeat(np.arange(len(given)), [len(own) for own in given])
    means = [fmean(own) for own in given if own]
    return float_sd(means), one_way([value for own in given for value in own], cases).icc2


def _ends(view: dict[str, Any]) -> tuple[Any, ...]:
    return view["low"], view["high"]
