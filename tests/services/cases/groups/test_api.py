"""Collaboration groups over REST: who puts them, who sees them, and what is refused."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.groups.naming import Group, group_body, member
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited, feed_events, feed_state
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

FUNCTIONS = [
    {"code": "authority-function", "name": "Myndighedsfunktionen"},
    {"code": "job-centre", "name": "Jobcentret", "englishName": "The job centre"},
]


@pytest.fixture
def administrator(municipality: Municipality) -> CallerClient:
    return municipality.caller("cases", Role.ADMINISTRATOR)


@pytest.fixture
def group(administrator: CallerClient) -> Group:
    return Group(administrator)


class TestPutGroup:
    async def test_creates_shows_and_repeats(self, municipality: Municipality, group: Group) -> None:
        lead, nurse = [await municipality.employee() for _ in range(2)]
        body = group_body(
            member(lead.id, role="facilitator"),
            member(nurse.id, subjectGroup="nurses"),
            subjectGroups=[{"code": "nurses", "name": "Sygeplejersker", "unitIds": [str(nurse.unit)]}],
        )
        caller = municipality.caller("cases", Role.CASE_WORKER)
        created = await caller.create(group.path, body)
        assert (created.status_code, created.headers["etag"]) == (201, '"1"')
        view = ok(created)
        assert (view["kind"], view["municipalityCode"], view["validTo"]) == ("service-effort", "0573", None)
        assert view["subjectGroups"] == [
            {**body["subjectGroups"][0], "englishName": None, "professionalGroups": []}
        ]
        parts = {each["professionalId"]: each for each in view["members"]}
        assert parts[str(lead.id)]["role"] == "facilitator"
        assert parts[str(nurse.id)]["subjectGroup"] == "nurses"
        assert parts[str(nurse.id)]["label"] == f"P{nurse.id.hex[:4]}"
        again = await caller.create(group.path, body)
        assert (again.status_code, again.json()) == (200, view)

    async def test_asks_for_the_state_it_changes(self, municipality: Municipality, group: Group) -> None:
        await group.create()
        caller = municipality.caller("cases", Role.ADMINISTRATOR)
        body = group_body(name="Demens 2")
        refused(await caller.put(group.path, body), 428, "precondition-required")
        refused(await caller.create(group.path, body), 412, "precondition-failed")
        refused(await caller.put(group.path, body, If_Match='"7"'), 412, "precondition-failed")
        assert ok(await caller.put(group.path, body, If_Match='"1"'))["version"] == 2
        unknown = f"/v1/collaboration-groups/{uuid4()}"
        refused(await caller.put(unknown, body, If_Match="*"), 412, "precondition-failed")

    async def test_a_change_of_members_alone_is_a_change(
        self, municipality: Municipality, group: Group
    ) -> None:
        joined = await municipality.employee()
        await group.create()
        changed = ok(await group.send(member(joined.id)))
        assert (changed["version"], len(changed["members"])) == (2, 1)
        assert ok(await group.send(member(joined.id)))["version"] == 2
        assert ok(await group.send(member(joined.id, role="co-leader")))["version"] == 3

    async def test_names_everything_nobody_knows(
        self, municipality: Municipality, administrator: CallerClient, stack: Stack
    ) -> None:
        known = await municipality.employee()
        foreign = await Municipality(stack, uuid4()).employee()
        body = group_body(
            member(foreign.id),
            member(known.id, subjectGroup="nobody"),
            member(uuid4()),
            subjectGroups=[{"code": "a", "name": "A", "unitIds": [str(known.unit), str(foreign.unit)]}],
        )
        answer = await administrator.create(f"/v1/collaboration-groups/{uuid4()}", body)
        assert refused(answer, 422, "broken-rule") == [
            ("/members/0/professionalId", "unknown-professional"),
            ("/members/1/subjectGroup", "unknown-subject-group"),
            ("/members/2/professionalId", "unknown-professional"),
            ("/subjectGroups/0/unitIds/1", "unknown-unit"),
        ]

    async def test_names_each_once(self, municipality: Municipality, administrator: CallerClient) -> None:
        twice = member((await municipality.employee()).id)
        unit = str(uuid4())
        for body in (
            group_body(twice, {**twice, "role": "facilitator"}),
            group_body(subjectGroups=[FUNCTIONS[0], FUNCTIONS[0]]),
            group_body(subjectGroups=[{**each, "unitIds": [unit]} for each in FUNCTIONS]),
            group_body(subjectGroups=[{**each, "professionalGroups": ["Læge"]} for each in FUNCTIONS]),
        ):
            answer = await administrator.create(f"/v1/collaboration-groups/{uuid4()}", body)
            refused(answer, 400, "malformed-request")

    async def test_an_authority_function_has_key_functions_beside_it(self, group: Group) -> None:
        for functions in ([], FUNCTIONS[:1]):
            with pytest.raises(AssertionError, match="too-few"):
                await group.create(kind="authority-function", subjectGroups=functions)
        created = await group.create(kind="authority-function", subjectGroups=FUNCTIONS)
        assert [each["code"] for each in created["subjectGroups"]] == ["authority-function", "job-centre"]

    async def test_leaders_lead_somebody_when_they_come_in(
        self, municipality: Municipality, group: Group, cases: CallerClient
    ) -> None:
        leader = await municipality.employee()
        led = await municipality.employee(leader=leader.id)
        with pytest.raises(AssertionError, match="not-a-leader"):
            await group.create(member(leader.id), member(led.id), kind="leaders")
        await group.create(member(leader.id), kind="leaders")
        await leave(cases, led.id)
        changed = ok(await group.send(member(leader.id), kind="leaders", name="Ledergruppen i Hedensted"))
        assert len(changed["members"]) == 1
        other = await municipality.employee()
        answer = await group.send(member(leader.id), member(other.id), kind="leaders")
        assert refused(answer, 422, "broken-rule") == [("/members/1/professionalId", "not-a-leader")]

    async def test_a_group_stays_of_its_kind(self, group: Group) -> None:
        await group.create()
        answer = await group.send(kind="authority-function", subjectGroups=FUNCTIONS)
        refused(answer, 409, "kind-fixed")

    async def test_parallel_lists_leave_one_of_them(
        self, municipality: Municipality, administrator: CallerClient, group: Group
    ) -> None:
        people = [await municipality.employee() for _ in range(8)]
        answers = await asyncio.gather(
            *(administrator.create(group.path, group_body(member(each.id))) for each in people)
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [412] * 7
        assert len(ok(await administrator.get(group.path))["members"]) == 1
        answers = await asyncio.gather(*(group.send(member(each.id)) for each in people))
        assert {answer.status_code for answer in answers} == {200}
        assert len(ok(await administrator.get(group.path))["members"]) == 1

    @pytest.mark.parametrize(
        "role", [Role.CASE_SYSTEM, Role.PROFESSIONAL, Role.LEADER, Role.ANALYST, Role.DATA_STEWARD]
    )
    async def test_only_case_workers_and_administrators_put(
        self, municipality: Municipality, role: Role
    ) -> None:
        caller = municipality.caller("cases", role, person=uuid4())
        answer = await caller.create(f"/v1/collaboration-groups/{uuid4()}", group_body())
        refused(answer, 403, "forbidden")

    async def test_is_audited(
        self, municipality: Municipality, group: Group, databases: dict[str, TestDatabase]
    ) -> None:
        await group.create()
        assert await audited(databases["cases"], group.id) == [
            ("write", "collaboration-group", "group-administration", "tester"),
            ("read", "collaboration-group", "collaboration", "tester"),
        ]


async def leave(cases: CallerClient, professional: UUID) -> None:
    """End an employment."""
    employment = ok(await cases.get(f"/v1/professionals/{professional}"))
    known = ("personId", "unitId", "professionalGroup", "leaderId", "validFrom")
    body = {name: employment[name] for name in known}
    ended = {**body, "validTo": "2026-02-01T00:00:00Z"}
    ok(await cases.put(f"/v1/professionals/{professional}", ended, If_Match="*"))


class TestGetGroup:
    async def test_members_and_their_leaders_read_their_own(
        self, municipality: Municipality, group: Group
    ) -> None:
        leader = await municipality.employee()
        insider = await municipality.employee(leader=leader.id)
        outsider = await municipality.employee(leader=leader.id)
        other_leader = await municipality.employee()
        await group.create(member(insider.id))
        for role, person, sees in (
            (Role.PROFESSIONAL, insider.person, True),
            (Role.LEADER, leader.person, True),
            (Role.PROFESSIONAL, leader.person, False),
            (Role.PROFESSIONAL, outsider.person, False),
            (Role.LEADER, other_leader.person, False),
            (Role.LEADER, outsider.person, False),
            (Role.PROFESSIONAL, None, False),
        ):
            caller = municipality.caller("cases", role, person=person)
            answer = await caller.get(group.path)
            listed = ok(await caller.get("/v1/collaboration-groups"))["items"]
            assert (answer.status_code, len(listed)) == ((200, 1) if sees else (404, 0)), role

    @pytest.mark.parametrize(
        "role", [Role.ADMINISTRATOR, Role.CASE_WORKER, Role.ANALYST, Role.DATA_STEWARD]
    )
    async def test_these_read_all(self, municipality: Municipality, group: Group, role: Role) -> None:
        await group.create()
        assert ok(await municipality.caller("cases", role).get(group.path))["id"] == str(group.id)

    async def test_whoever_has_left_reads_it_no_more(
        self, municipality: Municipality, group: Group, cases: CallerClient
    ) -> None:
        ended, resigned = [await municipality.employee() for _ in range(2)]
        await group.create(member(ended.id), member(resigned.id))
        callers = [
            municipality.caller("cases", Role.PROFESSIONAL, person=each.person)
            for each in (ended, resigned)
        ]
        assert [(await caller.get(group.path)).status_code for caller in callers] == [200, 200]
        ok(await group.send(member(resigned.id)))
        await leave(cases, resigned.id)
        assert [(await caller.get(group.path)).status_code for caller in callers] == [404, 404]

    async def test_one_that_is_not_yours_looks_like_none(
        self, municipality: Municipality, group: Group, stack: Stack
    ) -> None:
        await group.create()
        outsider = municipality.caller("cases", Role.PROFESSIONAL, person=uuid4())
        foreign = stack.caller("cases", uuid4(), Role.ADMINISTRATOR)
        unknown = await outsider.get(f"/v1/collaboration-groups/{uuid4()}")
        for answer in (await outsider.get(group.path), await foreign.get(group.path)):
            assert without_trace(answer) == without_trace(unknown)

    async def test_a_known_state_is_not_sent_again(self, administrator: CallerClient, group: Group) -> None:
        await group.create()
        again = await administrator.request("GET", group.path, headers={"If-None-Match": '"1"'})
        assert again.status_code == 304

    async def test_a_moment_has_an_offset(self, administrator: CallerClient, group: Group) -> None:
        await group.create()
        for at in ("yesterday", "2026-01-01T00:00:00"):
            refused(await administrator.get(f"{group.path}?at={at}"), 400, "malformed-request")


class TestListGroups:
    async def test_by_kind_and_municipality_in_pages(
        self, municipality: Municipality, administrator: CallerClient
    ) -> None:
        made = [Group(administrator) for _ in range(4)]
        await made[0].create(municipalityCode="0766")
        await made[1].create(municipalityCode="0573")
        await made[2].create(municipalityCode="0766", kind="leaders")
        await made[3].create(municipalityCode="0766")

        async def listed(query: str) -> list[str]:
            found: list[str] = []
            cursor = ""
            while True:
                answer = ok(await administrator.get(f"/v1/collaboration-groups?pageSize=1{query}{cursor}"))
                found += [each["id"] for each in answer["items"]]
                if answer["nextCursor"] is None:
                    return found
                cursor = f"&cursor={answer['nextCursor']}"

        ids = [str(each.id) for each in made]
        assert await listed("") == sorted(ids)
        assert await listed("&kind=leaders") == [ids[2]]
        chosen = sorted([ids[0], ids[3]])
        assert await listed("&kind=service-effort&municipalityCode=0766") == chosen
        refused(await administrator.get("/v1/collaboration-groups?kind=club"), 400, "malformed-request")


class TestFeed:
    async def test_tells_who_is_in_a_group_now(self, municipality: Municipality, group: Group) -> None:
        stays, leaves = [await municipality.employee() for _ in range(2)]
        await group.create(member(stays.id), member(leaves.id))
        ok(await group.send(member(stays.id, role="facilitator")))
        state = await feed_state(municipality.stack, "cases", municipality.tenant, group.id)
        assert state == {
            "version": 2,
            "id": str(group.id),
            "kind": "service-effort",
            "name": "Demensindsatsen i Varde",
            "municipalityCode": "0573",
            "validTo": None,
            "members": [
                {
                    "professionalId": str(stays.id),
                    "personId": str(stays.person),
                    "role": "facilitator",
                    "subjectGroup": None,
                }
            ],
        }

    async def test_what_changes_nothing_is_not_told(self, municipality: Municipality, group: Group) -> None:
        await group.create()
        for _ in range(2):
            ok(await group.send())
        events: list[Any] = await feed_events(municipality.stack, "cases", municipality.tenant)
        assert [event.subjectversion for event in events] == [1]
