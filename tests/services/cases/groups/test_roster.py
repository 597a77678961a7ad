"""The roster of a collaboration group, which the survey asks for when a round opens."""

from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from shared.contracts.register import GroupRoster
from tests.services.cases.groups.naming import Group, member
from tests.services.cases.groups.test_api import leave
from tests.support.keys import service_token
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient


def asking(municipality: Municipality, tenant: UUID | None = None) -> CallerClient:
    token = service_token("cases", "survey", tenant or municipality.tenant)
    return municipality.stack.bearer("cases", token)


async def roster(municipality: Municipality, group: UUID) -> dict[str, Any]:
    path = f"/internal/collaboration-groups/{group}/roster"
    found: dict[str, Any] = ok(await asking(municipality).get(path))
    return found


class TestGetGroupRoster:
    async def test_tells_who_is_there_and_whom_they_belong_to(self, municipality: Municipality) -> None:
        leader = await municipality.employee()
        named, by_unit, neither = [await municipality.employee(leader=leader.id) for _ in range(3)]
        group = Group(municipality.caller("cases", Role.ADMINISTRATOR))
        await group.create(
            member(named.id, subjectGroup="job-centre"),
            member(by_unit.id, role="facilitator"),
            member(neither.id),
            kind="authority-function",
            subjectGroups=[
                {"code": "authority", "name": "Myndighed", "unitIds": [str(by_unit.unit), str(named.unit)]},
                {"code": "job-centre", "name": "Jobcentret", "englishName": "Job centre"},
            ],
        )
        found = await roster(municipality, group.id)
        GroupRoster.model_validate(found)
        members = {each["professionalId"]: each for each in found["members"]}
        assert {
            each: members[str(each)]["subjectGroup"] for each in (named.id, by_unit.id, neither.id)
        } == {
            named.id: "job-centre",
            by_unit.id: "authority",
            neither.id: None,
        }
        seen = members[str(by_unit.id)]
        assert (seen["personId"], seen["unitId"]) == (str(by_unit.person), str(by_unit.unit))
        assert (seen["leaderId"], seen["leaderLabel"]) == (str(leader.id), f"P{leader.id.hex[:4]}")
        assert (seen["role"], seen["involvementRole"]) == ("facilitator", None)
        assert found["subjectGroups"] == [
            {"code": "authority", "name": "Myndighed", "englishName": None},
            {"code": "job-centre", "name": "Jobcentret", "englishName": "Job centre"},
        ]
        assert (found["kind"], found["respondentLabel"]) == (
            "authority-function",
            "Samarbejdet om borgere med demens",
        )
        assert not {"level", "citizens", "ruleSet"} & found.keys()

    async def test_professional_groups_decide_where_no_unit_does(self, municipality: Municipality) -> None:
        worker = await municipality.employee()
        group = Group(municipality.caller("cases", Role.ADMINISTRATOR))
        rated = {"code": "social-workers", "name": "Rådgivere", "professionalGroups": ["Socialrådgiver"]}
        await group.create(member(worker.id), subjectGroups=[rated])
        (seen,) = (await roster(municipality, group.id))["members"]
        assert seen["subjectGroup"] == "social-workers"

    async def test_whoever_left_group_or_employment_is_not_in_it(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        stays, ended, resigned = [await municipality.employee() for _ in range(3)]
        group = Group(municipality.caller("cases", Role.ADMINISTRATOR))
        await group.create(*(member(each.id) for each in (stays, ended, resigned)))
        assert len((await roster(municipality, group.id))["members"]) == 3
        ok(await group.send(member(stays.id), member(resigned.id)))
        await leave(cases, resigned.id)
        (seen,) = (await roster(municipality, group.id))["members"]
        assert seen["professionalId"] == str(stays.id)

    async def test_is_only_for_services_of_the_tenant(self, municipality: Municipality) -> None:
        group = Group(municipality.caller("cases", Role.ADMINISTRATOR))
        await group.create()
        path = f"/internal/collaboration-groups/{group.id}/roster"
        for role in Role:
            if role is not Role.SERVICE:
                refused(await municipality.caller("cases", role).get(path), 403, "forbidden")
        refused(await asking(municipality, uuid4()).get(path), 404, "not-found")
        unknown = f"/internal/collaboration-groups/{uuid4()}/roster"
        refused(await asking(municipality).get(unknown), 404, "not-found")
