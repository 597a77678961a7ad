"""References: everything that names nothing, twice or goes round is found, wherever it stands."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.synchronisation.difference import Held, Kind
from services.cases.synchronisation.plan import Stored, claims, make_plan
from services.cases.synchronisation.references import in_circles, sent_by_kind, snapshot_errors
from services.cases.synchronisation.schemas import SynchroniseOrganisation
from tests.services.cases.synchronisation.sending import Body, item, snapshot, without


def errors_of(body: Body) -> list[tuple[str, str]]:
    return [
        (each.pointer, each.code) for each in snapshot_errors(SynchroniseOrganisation.model_validate(body))
    ]


class TestSnapshotErrors:
    def test_a_whole_organisation_has_none(self) -> None:
        assert errors_of(snapshot()) == []

    @pytest.mark.parametrize(
        ("kind", "reference", "change", "found"),
        [
            ("units", "familie", {"areaReference": "x"}, ("/units/0/areaReference", "unknown-reference")),
            (
                "units",
                "familiehus",
                {"parentReference": "x"},
                ("/units/1/parentReference", "unknown-reference"),
            ),
            ("units", "familie", {"parentReference": "familie"}, ("/units/0/parentReference", "circular")),
            (
                "professionals",
                "anho-1",
                {"personReference": "familie"},
                ("/professionals/1/personReference", "unknown-reference"),
            ),
            (
                "professionals",
                "anho-1",
                {"unitReference": "bu"},
                ("/professionals/1/unitReference", "unknown-reference"),
            ),
            (
                "professionals",
                "anho-1",
                {"leaderReference": "kibe"},
                ("/professionals/1/leaderReference", "unknown-reference"),
            ),
            (
                "professionals",
                "anho-1",
                {"leaderReference": "anho-1"},
                ("/professionals/1/leaderReference", "own-leader"),
            ),
            (
                "professionals",
                "anho-1",
                {"validTo": "2026-01-01T00:00:00Z"},
                ("/professionals/1/validTo", "empty-period"),
            ),
            ("persons", "anho", {"reference": "kibe"}, ("/persons/1/reference", "duplicate")),
        ],
    )
    def test_finds_each(
        self, kind: str, reference: str, change: dict[str, Any], found: tuple[str, str]
    ) -> None:
        body = snapshot()
        item(body, kind, reference).update(change)
        assert found in errors_of(body)

    def test_finds_all_at_once(self) -> None:
        body = without(snapshot(), "units", "familie")
        assert errors_of(body) == [
            ("/units/0/parentReference", "unknown-reference"),
            ("/professionals/0/unitReference", "unknown-reference"),
        ]

    def test_names_every_unit_in_a_circle(self) -> None:
        body = snapshot()
        item(body, "units", "familie")["parentReference"] = "familiehus"
        pointers = [("/units/0/parentReference", "circular"), ("/units/1/parentReference", "circular")]
        assert errors_of(body) == pointers


class TestInCircles:
    @given(st.dictionaries(st.integers(0, 8), st.none() | st.integers(0, 8)))
    def test_finds_just_what_reaches_itself(self, parents: dict[int, int | None]) -> None:
        def reaches_itself(start: int) -> bool:
            here = parents.get(start)
            for _ in parents:
                if here is None or here == start:
                    break
                here = parents.get(here)
            return here == start

        assert in_circles(parents) == {each for each in parents if reaches_itself(each)}


class TestClaims:
    def test_takes_over_what_nobody_has(self) -> None:
        place, wanted = (Kind.UNIT, "familie"), uuid4()
        claimed, refused = claims({place: wanted}, {}, {wanted: (Kind.UNIT, None, None)})
        assert (claimed, refused) == ({place: wanted}, {})

    def test_not_what_is_another_sources_or_of_another_kind(self) -> None:
        place, wanted = (Kind.UNIT, "familie"), uuid4()
        for owner in ((Kind.UNIT, "other", "x"), (Kind.AREA, None, None)):
            claimed, refused = claims({place: wanted}, {}, {wanted: owner})
            assert claimed == {}
            assert refused[place].code == "not-yours"

    def test_a_reference_stays_with_what_it_stands_for(self) -> None:
        place, wanted = (Kind.UNIT, "familie"), uuid4()
        known = {place: uuid4()}
        assert claims({place: wanted}, known, {})[1][place].code == "other-id"
        assert claims({place: wanted}, {place: wanted}, {}) == ({}, {})


class TestMakePlan:
    def test_a_merged_unit_stays_and_its_people_go_on_in_the_other(self) -> None:
        body = SynchroniseOrganisation.model_validate(snapshot())
        old, new = uuid4(), uuid4()
        held = {Kind.UNIT: {"familie": Held({"name": "As it was", "parent_id": None})}}
        stored = Stored({(Kind.UNIT, "familie"): old}, held, successors={old: new, new: None})
        plan = make_plan(sent_by_kind(body), stored, uuid4)
        assert plan.differences[Kind.UNIT].changed == {}
        assert plan.differences[Kind.UNIT].new["familiehus"]["parent_id"] == new
        assert plan.differences[Kind.PROFESSIONAL].new["kibe-1"]["unit_id"] == new

    def test_finds_a_circle_that_only_a_merger_closes(self) -> None:
        body = SynchroniseOrganisation.model_validate(snapshot())
        old, new, house = uuid4(), uuid4(), uuid4()
        ids = {(Kind.UNIT, "familie"): old, (Kind.UNIT, "familiehus"): house}
        held = {Kind.UNIT: {"familie": Held({"name": "F", "parent_id": None})}}
        stored = Stored(ids, held, parents={new: house}, successors={old: new})
        plan = make_plan(sent_by_kind(body), stored, uuid4)
        assert [each.pointer for each in plan.errors] == ["/units/1/parentReference"]
