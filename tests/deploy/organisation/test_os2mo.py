"""OS2mo: units, engagements and managers become a snapshot that the register takes; a CPR number never."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.organisation.os2mo import NotOS2mo, gather, to_snapshot
from deploy.organisation.os2mo_client import document
from deploy.organisation.rules import parse_rules
from services.cases.synchronisation.references import snapshot_errors
from services.cases.synchronisation.schemas import SynchroniseOrganisation
from tests.deploy.organisation.small_os2mo import (
    CPR_NUMBER,
    NOW,
    RULES,
    Record,
    engagement,
    manager,
    municipality,
    page,
    unit,
    uuid_of,
)


def mapped(answers: list[Record], rules: dict[str, Any] | None = None) -> dict[str, Any]:
    return to_snapshot(gather(answers), parse_rules(rules or RULES), 7, datetime.fromisoformat(NOW))


def named(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(each for each in items if each["reference"] == uuid_of(name))


def leader_of(snapshot: dict[str, Any], name: str) -> str | None:
    leader: str | None = named(snapshot["professionals"], name)["leaderReference"]
    return leader


class TestToSnapshot:
    def test_is_one_that_the_register_takes(self) -> None:
        body = SynchroniseOrganisation.model_validate(mapped(municipality()))
        assert snapshot_errors(body) == []
        assert (len(body.areas), len(body.units), len(body.persons), len(body.professionals)) == (
            2,
            4,
            4,
            4,
        )

    def test_roots_are_areas_and_the_rest_units(self) -> None:
        found = mapped(municipality())
        assert {each["name"] for each in found["areas"]} == {"Børn og Unge", "Beskæftigelse"}
        department = named(found["units"], "Familieafdelingen")
        assert department["areaReference"] == uuid_of("Børn og Unge")
        assert department["parentReference"] is None or department["parentReference"] == uuid_of(
            "Børn og Unge"
        )
        team = named(found["units"], "Team Vest")
        assert team["parentReference"] == uuid_of("Familieafdelingen")
        assert (department["countsAsUnit"], team["countsAsUnit"]) == (True, False)
        assert named(found["units"], "Jobcentret")["authorityFunction"] is True
        assert named(found["units"], "Jobcentret")["laws"] == ["Beskæftigelsesindsatsloven"]

    def test_an_area_with_people_of_its_own_is_a_unit_that_does_not_count(self) -> None:
        found = mapped(municipality())
        assert named(found["units"], "Børn og Unge")["countsAsUnit"] is False
        assert uuid_of("Beskæftigelse") not in {each["reference"] for each in found["units"]}

    def test_a_rule_makes_areas_below_the_root(self) -> None:
        answers = municipality()
        rules = {**RULES, "byUnit": {uuid_of("Familieafdelingen"): {"area": True}}}
        team = named(mapped(answers, rules)["units"], "Team Vest")
        assert team["areaReference"] == uuid_of("Familieafdelingen")

    def test_a_rule_leaves_out_with_everything_below(self) -> None:
        rules = {**RULES, "byUnit": {uuid_of("Familieafdelingen"): {"leaveOut": True}}}
        found = mapped(municipality(), rules)
        assert {each["name"] for each in found["units"]} == {"Børn og Unge", "Jobcentret"}
        assert len(found["professionals"]) == 2

    def test_leaders_are_the_nearest_up_the_tree_and_never_oneself(self) -> None:
        found = mapped(municipality())
        head, director = uuid_of("Kirsten Berg i Familieafdelingen"), uuid_of("Dora Dam i Børn og Unge")
        assert leader_of(found, "Anne Holm i Team Vest") == head
        assert leader_of(found, "Kirsten Berg i Familieafdelingen") == director
        assert leader_of(found, "Dora Dam i Børn og Unge") is None
        assert leader_of(found, "Bo Lund i Jobcentret") is None

    def test_what_has_ended_is_left_out(self) -> None:
        found = mapped(municipality())
        references = {each["reference"] for each in found["professionals"]}
        assert uuid_of("Bo Lund i Team Vest") not in references
        assert uuid_of("Bo Lund i Nedlagt") not in references
        assert uuid_of("Ingen Ansættelse") not in {each["reference"] for each in found["persons"]}

    def test_nicknames_and_open_addresses_are_shown(self) -> None:
        found = mapped(municipality())
        assert named(found["persons"], "Anne Holm")["name"] == "Anne H."
        anne = named(found["professionals"], "Anne Holm i Team Vest")
        assert (anne["email"], anne["mobile"]) == ("anho@hedensted.example", "+4512345678")
        assert not {"email", "mobile"} & named(found["professionals"], "Bo Lund i Jobcentret").keys()

    def test_no_personal_number_goes_on(self) -> None:
        answers = municipality()
        assert CPR_NUMBER in json.dumps(answers)
        assert CPR_NUMBER not in json.dumps(mapped(answers))

    @given(st.permutations(range(5)))
    def test_the_order_of_answers_does_not_matter(self, order: list[int]) -> None:
        answers = municipality()
        assert mapped([answers[place] for place in order]) == mapped(answers)

    def test_two_who_lead_each_other_and_units_in_a_circle_end(self) -> None:
        answers = [
            *municipality(),
            page("org_units", [unit("Ring A", "Ring B"), unit("Ring B", "Ring A")]),
            page("engagements", [engagement("Bo Lund", "Ring A", "Konsulent")]),
            page("managers", [manager("Bo Lund", "Ring B")]),
        ]
        assert leader_of(mapped(answers), "Bo Lund i Ring A") is None

    @pytest.mark.parametrize("answer", [{}, {"errors": [{}], "data": None}, {"data": {"kles": {}}}])
    def test_refuses_what_is_no_answer(self, answer: Record) -> None:
        with pytest.raises(NotOS2mo):
            gather([answer])


class TestDocument:
    @pytest.mark.parametrize(
        "collection", ["org_units", "employees", "engagements", "managers", "addresses"]
    )
    def test_asks_for_no_personal_number_and_for_pages(self, collection: str) -> None:
        text = document(collection)
        assert "cpr" not in text.lower()
        assert "seniority" not in text
        assert "cursor: $cursor" in text
        assert "next_cursor" in text
        assert text.count("{") == text.count("}")
