"""Interfaces: R's tables by role, group and unit, parts that add up, and people without a label."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.interfaces import (
    Interface,
    InterfaceCell,
    Label,
    LabelledDyads,
    interface_of,
)
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, gappy
from .networks import groups

CASES = GappyCases()
R = computed_by_r("network")
UNIT = {row["professional_id"]: row["unit_id"] for row in gappy("professionals")}
GROUP = {row["professional_id"]: row["professional_group"] for row in gappy("professionals")}
ROLE = {(row["case_id"], row["unit_id"]): row["role"] for row in gappy("involvements")}

LABELS: dict[str, Callable[[str, str], Label]] = {
    "role": lambda case, person: ROLE.get((case, UNIT[person])),
    "group": lambda _, person: GROUP[person],
    "unit": lambda _, person: UNIT[person],
}


def labelled(name: str) -> list[LabelledDyads]:
    found = []
    for case in CASES.cases:
        people = CASES.members(case)
        labels = [LABELS[name](case, person) for person in people]
        found.append(LabelledDyads(case, dyads_of(CASES.cube(case, 1)), people, labels, labels))
    return found


@pytest.mark.parametrize("name", LABELS)
def test_cells_are_r_s(name: str) -> None:
    held = interface_of(labelled(name))
    wanted = {
        tuple(key.split("/")[1].split("|")): value
        for key, value in R.items()
        if key.startswith(f"{name}/") and "|" in key
    }
    assert held.unlabelled == R[f"{name}/unlabelled"]
    assert set(held.cells) == set(wanted)
    for key, (mean, sd, dyads, raters, cases) in wanted.items():
        cell = held.cells[key[0], key[1]]
        assert cell.mean.value == pytest.approx(mean, rel=1e-10)
        assert cell.sd.value == (None if sd is None else pytest.approx(sd, rel=1e-9, abs=1e-9))
        assert (cell.dyads, len(cell.raters), len(cell.cases)) == (dyads, raters, cases)


def test_both_directions_together() -> None:
    held = interface_of(labelled("role"))
    there, back = held.cell("authority", "provider"), held.cell("provider", "authority")
    both = held.between("provider", "authority")
    assert both == there + back
    assert both.dyads == there.dyads + back.dyads
    assert held.between("provider", "provider") == held.cell("provider", "provider")
    assert held.labels == ("authority", "provider")
    assert held.matrix()[0][1] == there


CASE = st.tuples(groups(), st.lists(st.sampled_from(["A", "B", None]), min_size=4, max_size=4))


def case_of(place: int, dyads: Dyads, labels: list[Label]) -> LabelledDyads:
    people = [f"P{at}" for at in range(len(dyads.counts))]
    own = labels[: len(people)]
    return LabelledDyads(f"S{place}", dyads, people, own, own)


@given(st.lists(CASE, max_size=5), st.integers(0, 5))
def test_parts_add_up_to_the_whole_in_any_order(cases: list[tuple[Dyads, list[Label]]], cut: int) -> None:
    held = [case_of(place, *case) for place, case in enumerate(cases)]
    whole = interface_of(held)
    assert interface_of(held[:cut]) + interface_of(held[cut:]) == whole
    assert interface_of(reversed(held)) == whole
    dyads = sum(int(one.dyads.included.sum()) for one in held)
    assert sum(cell.dyads for cell in whole.cells.values()) + whole.unlabelled == dyads


@given(CASE)
def test_one_label_is_the_mean_of_dyads(case: tuple[Dyads, list[Label]]) -> None:
    dyads = case[0]
    cell = interface_of([case_of(0, dyads, ["A"] * 4)]).cell("A", "A")
    if not dyads.included.any():
        assert cell.mean.reason is Reason.NO_DATA
        return
    assert cell.mean.value == pytest.approx(dyads.means[dyads.included].mean(), rel=1e-12)
    assert cell.answers == dyads.counts.sum()


def test_nothing_is_empty_and_undefined() -> None:
    assert interface_of([]) == Interface()
    assert Interface().cell("A", "B") == InterfaceCell()
    assert InterfaceCell().mean.reason is Reason.NO_DATA
    assert InterfaceCell().sd.reason is Reason.TOO_FEW_ROWS


def test_labels_must_fit() -> None:
    dyads = dyads_of(CASES.cube("S00", 1))
    with pytest.raises(ValueError, match="identities and labels"):
        LabelledDyads("S00", dyads, ["P1"], ["A"], ["A"])
