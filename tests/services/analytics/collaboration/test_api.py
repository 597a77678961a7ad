"""Collaboration groups over REST: each caller sees what is theirs to see, and all else answers alike."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.collaboration.rounds_of_groups import (
    AnsweredGroup,
    answered_group,
    followed_group,
    opened_round,
)
from tests.services.analytics.rounds_with_answers import Answered, nothing, something
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused

ALL = [("matrix", "?wave=baseline"), ("scores", "?wave=baseline"), ("development", "")]
FOR_OTHERS = [each for each in ALL if each[0] != "matrix"]


class TestGetGroupMatrix:
    async def test_shows_the_members_who_experiences_whom_how(self, three: AnsweredGroup) -> None:
        found = something(await three.ask(three.member(), "matrix", "?wave=follow-up"))
        assert found["purpose"] == "better-collaboration"
        assert {each["id"] for each in found["participants"]} == {str(each.id) for each in three.members}
        assert [each["label"] for each in found["rated"]] == ["Enhed 0", "Enhed 1"]
        assert [each["received"]["value"] for each in found["rated"]] == [4.0, 4.0]
        assert [each["received"]["raters"] for each in found["rated"]] == [2, 1]

    async def test_is_for_persons(self, ten: AnsweredGroup) -> None:
        for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.CASE_SYSTEM):
            client = ten.person(ten.members[0].person, role)
            refused(await ten.ask(client, "matrix", "?wave=baseline"), 403, "forbidden")

    async def test_others_see_none_however_many_answered(self, ten: AnsweredGroup) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER):
            nothing(await ten.ask(ten.person(uuid4(), role), "matrix", "?wave=baseline"))
            nothing(await ten.ask(ten.person(None, role), "matrix", "?wave=baseline"))


class TestGetGroupScores:
    async def test_members_see_theirs_of_three_people(self, three: AnsweredGroup) -> None:
        found = something(await three.ask(three.member(), "scores", "?wave=baseline"))
        assert found["groupScore"]["meanOfDyads"] == {
            "value": 2.0,
            "reason": None,
            "cells": 18,
            "dyads": 3,
            "raters": 3,
        }
        assert len(found["dimensions"]) == 6
        assert (found["response"]["asked"], found["response"]["tier"]) == (3, "high")

    async def test_others_see_those_of_ten(self, ten: AnsweredGroup) -> None:
        for client in (ten.analyst(), ten.person(uuid4()), ten.member()):
            found = something(await ten.ask(client, "scores", "?wave=baseline"))
            assert found["groupScore"]["meanOfDyads"]["value"] == 2.0


class TestGetGroupDevelopment:
    async def test_shows_each_unit_at_the_beginning_and_the_end(self, ten: AnsweredGroup) -> None:
        for client in (ten.member(), ten.analyst()):
            found = something(await ten.ask(client, "development"))
            assert [each["provenance"]["wave"] for each in found["waves"]] == ["baseline", "follow-up"]
            assert found["change"]["value"] == 2.0
            assert [
                (each["code"], [one["received"]["value"] for one in each["waves"]], each["change"]["value"])
                for each in found["rated"]
            ] == [("unit-0", [2.0, 4.0], 2.0), ("unit-1", [2.0, 4.0], 2.0)]

    async def test_members_of_a_small_group_see_their_own(self, three: AnsweredGroup) -> None:
        found = something(await three.ask(three.member(), "development"))
        assert [each["code"] for each in found["rated"]] == ["unit-0", "unit-1"]


class TestAlike:
    @pytest.mark.parametrize(("what", "query"), ALL)
    async def test_another_tenants_an_unknown_and_a_cases_id(
        self, three: AnsweredGroup, ten: AnsweredGroup, five: Answered, what: str, query: str
    ) -> None:
        client = three.member()
        for group in (ten.group, uuid4(), five.case):
            nothing(await three.ask(client, what, query, group))
        stranger = five.person(five.members[0].person)
        nothing(await three.ask(stranger, what, query))

    @pytest.mark.parametrize(("what", "query"), FOR_OTHERS)
    async def test_three_are_too_few_for_others(self, three: AnsweredGroup, what: str, query: str) -> None:
        nothing(await three.ask(three.analyst(), what, query))
        nothing(await three.ask(three.person(uuid4()), what, query))

    @pytest.mark.parametrize(("what", "query"), ALL)
    async def test_confidential_rounds_of_three_are_nobodys(
        self, discreet_three: AnsweredGroup, what: str, query: str
    ) -> None:
        nothing(await discreet_three.ask(discreet_three.member(), what, query))

    @pytest.mark.parametrize("what", ["matrix", "scores"])
    async def test_waves_there_were_none_of(self, ten: AnsweredGroup, what: str) -> None:
        nothing(await ten.ask(ten.member(), what, "?wave=never"))

    async def test_a_groups_round_is_no_cases(self, ten: AnsweredGroup) -> None:
        nothing(await ten.analyst().get("/v1/waves/baseline/overview"))
        nothing(await ten.member().get(f"/v1/cases/{ten.group}/matrix?wave=baseline"))

    async def test_an_open_round_shows_nothing_until_it_is_closed(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(5)]
        held = AnsweredGroup(municipality, await municipality.group(members), members)
        opened = await opened_round(held, networkSubjects="participants")
        await opened.answer_all(4)
        await followed_group(databases, opened, held.group)
        for what, query in ALL:
            nothing(await held.ask(held.member(), what, query))
        await opened.close()
        await followed_group(databases, opened, held.group)
        for what, query in ALL:
            something(await held.ask(held.member(), what, query))


class TestLeads:
    async def test_a_lead_who_was_asked_nothing_sees_the_matrix(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held = await answered_group(municipality, databases, (1, 2))
        unit = await municipality.unit()
        lead = await municipality.employee(unit)
        await municipality.employee(unit, lead.id)
        for client in (held.person(lead.person), held.person(lead.person, Role.LEADER)):
            nothing(await held.ask(client, "matrix", "?wave=baseline"))
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        view = ok(await administrator.get(f"/v1/collaboration-groups/{held.group}"))
        body = {
            "kind": view["kind"],
            "name": view["name"],
            "municipalityCode": view["municipalityCode"],
            "respondentLabel": view["respondentLabel"],
            "subjectGroups": view["subjectGroups"],
            "members": [
                *({"professionalId": str(each.id)} for each in held.members),
                {"professionalId": str(lead.id), "role": "facilitator"},
            ],
        }
        ok(await administrator.put(f"/v1/collaboration-groups/{held.group}", body, If_Match="*"))
        opened = await opened_round(held, wave={"code": "third", "ordinal": 3, "label": "Igen"})
        await followed_group(databases, opened, held.group)
        for client in (held.person(lead.person), held.person(lead.person, Role.LEADER)):
            something(await held.ask(client, "matrix", "?wave=baseline"))


class TestReading:
    async def test_is_recorded(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held = await answered_group(municipality, databases, (1, 2))
        for what, query in ALL:
            something(await held.ask(held.member(), what, query))
        found = await audited(databases["analytics"], held.group)
        assert [each[:3] for each in found] == [
            ("read", "matrix", "group-results"),
            ("read", "group-scores", "group-results"),
            ("read", "group-development", "group-results"),
        ]

    async def test_who_has_it_gets_no_more_than_that(self, ten: AnsweredGroup) -> None:
        first = await ten.ask(ten.member(), "development")
        path = f"/v1/collaboration-groups/{ten.group}/development"
        again = await ten.member().get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await ten.analyst().get(path, headers={"If-None-Match": first.headers["etag"]})
        assert other.status_code == 200
