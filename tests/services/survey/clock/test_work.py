"""What happens to rounds by itself: they open and close in time, end with their case, follow rules."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from tests.services.survey.rules.test_api import put_rule
from tests.support.databases import TestDatabase
from tests.support.municipality import (
    Employee,
    Municipality,
    OpenedRound,
    group_round_body,
    ok,
    round_body,
    submit,
)
from tests.support.records import rows
from tests.support.refusals import refused

SOON = timedelta(seconds=1)


def moment(since_now: timedelta) -> str:
    return (datetime.now(UTC) + since_now).isoformat()


async def eventually(what: Callable[[], Awaitable[Any]], wanted: Any) -> None:
    """Wait until something is as it should become."""
    found: Any = None
    for _ in range(150):
        found = await what()
        if found == wanted:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{found} never became {wanted}")


async def team(municipality: Municipality) -> tuple[UUID, list[Employee]]:
    members = [await municipality.employee() for _ in range(2)]
    return await municipality.case(members), members


async def state(opened: OpenedRound) -> tuple[str, str | None]:
    view = ok(await opened.municipality.caller("survey").get(f"/v1/rounds/{opened.id}"))
    return view["state"], view["closedBecause"]


async def close_case(municipality: Municipality, case_id: UUID) -> None:
    """Let the case system close its file."""
    body = {"sourceVersion": 2, "respondentLabel": "Forløb 27", "status": "closed"}
    ok(await municipality.caller("cases").put(f"/v1/registrations/esdh/{case_id}", body))


class TestTime:
    async def test_a_planned_round_opens_in_time_and_not_before(self, municipality: Municipality) -> None:
        case_id, _ = await team(municipality)
        later, soon = (moment(timedelta(days=1)), moment(SOON))
        opened = await municipality.open_round(case_id, opensAt=soon)
        other = await municipality.open_round((await team(municipality))[0], opensAt=later)
        assert opened.view["state"] == "planned"
        await eventually(lambda: state(opened), ("open", None))
        assert len(await opened.invitations()) == 3
        assert await state(other) == ("planned", None)

    async def test_a_round_closes_in_time_and_takes_no_answer_afterwards(
        self, municipality: Municipality
    ) -> None:
        case_id, (member, _) = await team(municipality)
        opened = await municipality.open_round(case_id, closesAt=moment(SOON))
        respondent = await opened.respondent(member.person)
        (form, *_) = ok(await respondent.get("/v1/response"))["forms"]
        await eventually(lambda: state(opened), ("closed", "time"))
        refused(await submit(respondent, form, 4), 409, "round-closed")

    async def test_who_was_given_longer_keeps_the_round_open_for_themselves_only(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        case_id, (slow, quick) = await team(municipality)
        opened = await municipality.open_round(case_id, closesAt=moment(timedelta(hours=1)))
        (mine,) = [each for each in await opened.invitations() if each["respondentId"] == str(slow.person)]
        later = {"answerUntil": moment(timedelta(days=3))}
        ok(await municipality.caller("survey").put(f"/v1/invitations/{mine['id']}/extension", later))
        await rows(
            databases["survey"],
            "UPDATE survey_round SET closes_at = now() - interval '1 second' WHERE id = $1",
            opened.id,
        )
        for person, refused_it in ((quick, True), (slow, False)):
            respondent = await opened.respondent(person.person)
            (form, *_) = ok(await respondent.get("/v1/response"))["forms"]
            answer = await submit(respondent, form, 4)
            if refused_it:
                refused(answer, 409, "round-closed")
            else:
                ok(answer)
        assert await state(opened) == ("open", None)
        ended = "UPDATE invitation SET answer_until = now() - interval '1 second' WHERE id = $1"
        await rows(databases["survey"], ended, UUID(mine["id"]))
        await eventually(lambda: state(opened), ("closed", "time"))


class TestEndedCase:
    async def test_a_round_closes_with_its_case_and_a_planned_one_is_cancelled(
        self, municipality: Municipality
    ) -> None:
        case_id, _ = await team(municipality)
        opened = await municipality.open_round(case_id)
        later = {"wave": {"code": "follow-up", "ordinal": 2, "label": "Efter"}}
        planned = await municipality.open_round(case_id, opensAt=moment(timedelta(days=9)), **later)
        untouched = await municipality.open_round((await team(municipality))[0])
        await close_case(municipality, case_id)
        await eventually(lambda: state(opened), ("closed", "case-closed"))
        await eventually(lambda: state(planned), ("cancelled", "case-closed"))
        assert await state(untouched) == ("open", None)

    async def test_a_group_ends_when_its_end_comes_and_not_when_it_is_known(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        members = [await municipality.employee() for _ in range(2)]
        group_id = await municipality.group(members, validTo=moment(timedelta(days=30)))
        caller = municipality.caller("survey", Role.ADMINISTRATOR)
        round_id = uuid4()
        view = ok(await caller.create(f"/v1/rounds/{round_id}", group_round_body(group_id)))
        over_now = await municipality.open_round((await team(municipality))[0], closesAt=moment(SOON))
        await eventually(lambda: state(over_now), ("closed", "time"))  # so the clock has looked
        path = f"/v1/rounds/{round_id}"
        assert (view["state"], ok(await caller.get(path))["state"]) == ("open", "open")
        over = (
            "UPDATE standing SET state = jsonb_set(state, '{validTo}', to_jsonb(now() - interval '1 s')) "
            "WHERE id = $1"
        )
        await rows(databases["survey"], over, group_id)

        async def reason() -> str | None:
            found: str | None = ok(await caller.get(path))["closedBecause"]
            return found

        await eventually(reason, "case-closed")

    async def test_none_opens_for_what_has_ended(self, municipality: Municipality) -> None:
        case_id, _ = await team(municipality)
        await close_case(municipality, case_id)
        survey = municipality.caller("survey")
        for more in ({}, {"opensAt": moment(timedelta(days=9))}):
            answer = await survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id, **more))
            assert refused(answer, 422, "broken-rule") == [("/caseId", "has-ended")]
        members = [await municipality.employee() for _ in range(2)]
        group_id = await municipality.group(members, validTo=moment(SOON))
        await asyncio.sleep(SOON.total_seconds())
        administrator = municipality.caller("survey", Role.ADMINISTRATOR)
        answer = await administrator.create(f"/v1/rounds/{uuid4()}", group_round_body(group_id))
        assert refused(answer, 422, "broken-rule") == [("/groupId", "has-ended")]

    async def test_a_merger_of_units_leaves_an_open_round_as_it_is(
        self, municipality: Municipality
    ) -> None:
        case_id, (member, _) = await team(municipality)
        opened = await municipality.open_round(case_id)
        into = await municipality.unit()
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        body = {"intoUnitId": str(into)}
        ok(await administrator.post(f"/v1/units/{member.unit}/merge", body, key=uuid4().hex))
        await opened.answer_all()
        await opened.close()
        assert await state(opened) == ("closed", "asked")


class TestRules:
    async def complex_case(self, municipality: Municipality) -> tuple[UUID, list[Employee]]:
        """Register a case that is complex: five units, two of them authorities."""
        members = [await municipality.employee() for _ in range(5)]
        roles = ["authority", "authority", "provider", "provider", "provider"]
        parts = [(each.unit, role) for each, role in zip(members, roles, strict=True)]
        return await municipality.case(members, parts, citizens=0), members

    async def tell(self, municipality: Municipality, members: list[Employee]) -> None:
        steward = municipality.caller("cases", Role.DATA_STEWARD)
        for each in members:
            body = {
                "subjectType": "employee",
                "subjectId": str(each.person),
                "informedAt": "2026-01-05T08:00:00Z",
                "channel": "e-mail",
                "textVersion": "brev-1",
            }
            ok(await steward.post("/v1/information-records", body, key=uuid4().hex))

    async def outcomes(self, municipality: Municipality, rule: UUID) -> dict[str, str]:
        caller = municipality.caller("survey", Role.ADMINISTRATOR)
        items = ok(await caller.get(f"/v1/round-rules/{rule}/cases"))["items"]
        return {each["caseId"]: each["outcome"] for each in items}

    async def test_a_case_that_becomes_complex_waits_until_all_were_told_and_is_then_asked(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        rule = await put_rule(municipality)
        case_id, members = await self.complex_case(municipality)
        await municipality.case([await municipality.employee()])  # ordinary: none of the rule's business
        waiting = {str(case_id): "employees-not-informed"}
        await eventually(lambda: self.outcomes(municipality, rule), waiting)
        await self.tell(municipality, members)
        now = "UPDATE rule_case SET look_again_at = now() WHERE rule_id = $1"
        await rows(databases["survey"], now, rule)
        await eventually(lambda: self.outcomes(municipality, rule), {str(case_id): "opened"})
        caller = municipality.caller("survey", Role.ADMINISTRATOR)
        (opened,) = ok(await caller.get(f"/v1/rounds?caseId={case_id}"))["items"]
        assert (opened["state"], opened["wave"]["code"], opened["visibility"]) == (
            "open",
            "baseline",
            "confidential",
        )
        days = datetime.fromisoformat(opened["closesAt"]) - datetime.now(UTC)
        assert timedelta(days=13) < days <= timedelta(days=14)

    async def test_cases_from_before_a_rule_and_rules_that_are_stopped_open_nothing(
        self, municipality: Municipality
    ) -> None:
        case_id, members = await self.complex_case(municipality)
        await self.tell(municipality, members)
        later = await put_rule(municipality, beginsAt=moment(timedelta(hours=1)))
        stopped = await put_rule(municipality, active=False)
        follow_up = {"code": "follow-up", "ordinal": 2, "label": "Efter"}
        working = await put_rule(municipality, wave=follow_up)
        await eventually(lambda: self.outcomes(municipality, working), {str(case_id): "opened"})
        for rule in (later, stopped):
            assert await self.outcomes(municipality, rule) == {}

    async def test_a_wave_that_has_a_round_already_gets_no_second(self, municipality: Municipality) -> None:
        case_id, members = await self.complex_case(municipality)
        await self.tell(municipality, members)
        opened = await municipality.open_round(case_id)
        rule = await put_rule(municipality)
        await eventually(lambda: self.outcomes(municipality, rule), {str(case_id): "round-exists"})
        assert await state(opened) == ("open", None)
