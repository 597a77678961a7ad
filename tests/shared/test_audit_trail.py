"""The audit as it is shown: filtered, newest first, and to employees only what concerns them."""

from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.protection.people import open_case, steward
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import Stack

EVENTS = "/v1/cases-audit-events"


@pytest.fixture
def municipality(stack: Stack, tenant: UUID) -> Municipality:
    """Use the register's audit: every service's is shown alike."""
    return Municipality(stack, tenant)


async def used(municipality: Municipality, query: str = "") -> list[tuple[str, str]]:
    """Return action and subject of the events a steward sees, but for looks at the audit itself."""
    items = ok(await steward(municipality).get(f"{EVENTS}?pageSize=200{query}"))["items"]
    return [(each["action"], each["subjectId"]) for each in items if each["action"] != "read-audit"]


async def read_twice(municipality: Municipality) -> tuple[UUID, UUID]:
    """Let Kirsten read two cases; return them in this order."""
    first, second = [await open_case(municipality, [uuid4()]) for _ in range(2)]
    kirsten = municipality.caller("cases", Role.ANALYST, subject="kirsten")
    administrator = municipality.caller("cases", Role.ADMINISTRATOR, subject="kirsten")
    for case_id in (first, second):
        ok(await administrator.get(f"/v1/cases/{case_id}"))
    refused(await kirsten.get(EVENTS), 403, "forbidden")
    return first, second


class TestListAuditEvents:
    async def test_newest_first_by_each_filter(self, municipality: Municipality) -> None:
        first, second = await read_twice(municipality)
        reads = [("read", str(second)), ("read", str(first))]
        assert await used(municipality, "&actor=kirsten") == reads
        assert await used(municipality, "&action=read&subjectType=case") == reads
        assert await used(municipality, f"&subjectId={first}&action=read") == reads[1:]
        assert await used(municipality, "&from=2100-01-01T00:00:00Z") == []
        assert await used(municipality, "&to=2020-01-01T00:00:00Z") == []
        assert len(await used(municipality, "&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")) >= 4

    async def test_page_by_page_and_a_cursor_fits_its_own_list_only(
        self, municipality: Municipality
    ) -> None:
        await read_twice(municipality)
        path = f"{EVENTS}?pageSize=1&actor=kirsten"
        page = ok(await steward(municipality).get(path))
        seen = [each["subjectId"] for each in page["items"]]
        cursor = page["nextCursor"]
        page = ok(await steward(municipality).get(f"{path}&cursor={cursor}"))
        seen += [each["subjectId"] for each in page["items"]]
        assert page["nextCursor"] is None
        assert len(set(seen)) == 2
        other = await steward(municipality).get(f"{EVENTS}?pageSize=1&actor=anna&cursor={cursor}")
        refused(other, 400, "invalid-cursor")

    async def test_what_no_text_may_hold_is_nobodys_name(self, municipality: Municipality) -> None:
        answer = await steward(municipality).get(f"{EVENTS}?actor=a%00b")
        assert [place for place, _ in refused(answer, 400, "malformed-request")] == ["#query/actor"]

    async def test_looking_is_recorded(self, municipality: Municipality) -> None:
        case_id = await open_case(municipality, [uuid4()])
        ok(await steward(municipality).get(f"{EVENTS}?subjectType=case&subjectId={case_id}"))
        items = ok(await steward(municipality).get(f"{EVENTS}?action=read-audit"))["items"]
        assert [(each["actor"], each["subjectId"]) for each in items] == [("dpo", str(case_id))]

    async def test_another_tenant_sees_nothing_of_it(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        first, _ = await read_twice(municipality)
        foreign = stack.caller("cases", uuid4(), Role.DATA_STEWARD)
        hidden, nothing = [
            ok(await foreign.get(f"{EVENTS}?action=read&subjectId={each}")) for each in (first, uuid4())
        ]
        assert hidden == nothing == {"items": [], "nextCursor": None}

    async def test_employees_see_what_concerns_them_and_nothing_else(
        self, municipality: Municipality
    ) -> None:
        mine, other = [await municipality.employee() for _ in range(2)]
        myself = municipality.caller("cases", Role.PROFESSIONAL, person=mine.person)
        for employee in (mine, other):
            ok(await municipality.caller("cases").get(f"/v1/persons/{employee.person}"))
        shown = ok(await myself.get(f"{EVENTS}?subjectId={mine.person}"))["items"]
        assert shown
        everything = ok(await myself.get(f"{EVENTS}?action=read"))["items"]
        assert {each["subjectId"] for each in everything} == {str(mine.person)}
        for subject in (other.person, uuid4()):
            assert ok(await myself.get(f"{EVENTS}?subjectId={subject}"))["items"] == []
        nameless = municipality.caller("cases", Role.PROFESSIONAL)
        assert ok(await nameless.get(EVENTS))["items"] == []
