"""A group's members at any moment are those that were sent last before it."""

from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.access.principal import Role
from shared.wire import rfc3339
from tests.services.cases.groups.naming import Group, member
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, ok
from tests.support.records import rows

ROLES = ["participant", "facilitator", "co-leader"]
Naming = dict[int, tuple[str, str | None]]
NAMINGS = st.dictionaries(
    st.integers(0, 3),
    st.tuples(st.sampled_from(ROLES), st.sampled_from([None, "nurses", "therapists"])),
    max_size=4,
)
SUBJECT_GROUPS = [
    {"code": "nurses", "name": "Sygeplejersker"},
    {"code": "therapists", "name": "Terapeuter"},
]

_staff: dict[str, list[Employee]] = {}


async def staff(municipality: Municipality) -> list[Employee]:
    """Return four employees, made once for all examples."""
    if str(municipality.tenant) not in _staff:
        unit = await municipality.unit()
        _staff[str(municipality.tenant)] = [await municipality.employee(unit) for _ in range(4)]
    return _staff[str(municipality.tenant)]


def now() -> str:
    return rfc3339(datetime.now(UTC))


class TestMemberHistory:
    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(sent=st.lists(NAMINGS, min_size=1, max_size=5))
    async def test_the_state_at_any_moment_is_what_was_sent_then(
        self, municipality: Municipality, sent: list[Naming]
    ) -> None:
        people = await staff(municipality)
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        group = Group(administrator)
        await group.create(subjectGroups=SUBJECT_GROUPS)
        moments = [now()]
        for naming in sent:
            members = [
                member(people[who].id, role=role, subjectGroup=subject_group)
                for who, (role, subject_group) in naming.items()
            ]
            ok(await group.send(*members, subjectGroups=SUBJECT_GROUPS))
            moments.append(now())
        for moment, naming in zip(moments, [{}, *sent], strict=True):
            shown = ok(await administrator.get(f"{group.path}?at={moment}"))["members"]
            assert {each["professionalId"]: (each["role"], each["subjectGroup"]) for each in shown} == {
                str(people[who].id): part for who, part in naming.items()
            }

    async def test_nothing_is_ever_deleted_and_who_is_kept_keeps_their_row(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        stays, leaves = [await municipality.employee() for _ in range(2)]
        group = Group(municipality.caller("cases", Role.ADMINISTRATOR))
        created = await group.create(member(stays.id), member(leaves.id))
        ok(await group.send(member(stays.id)))
        back = ok(await group.send(member(stays.id), member(leaves.id)))
        kept = {each["professionalId"]: each["validFrom"] for each in created["members"]}
        again = {each["professionalId"]: each["validFrom"] for each in back["members"]}
        assert again[str(stays.id)] == kept[str(stays.id)]
        assert again[str(leaves.id)] > kept[str(leaves.id)]
        counted = await rows(
            databases["cases"],
            "SELECT count(*) AS parts FROM group_member WHERE group_id = $1 GROUP BY professional_id "
            "ORDER BY 1",
            group.id,
        )
        assert [each["parts"] for each in counted] == [1, 2]

    async def test_a_clock_set_back_bends_no_period(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        people = [await municipality.employee() for _ in range(2)]
        group = Group(municipality.caller("cases", Role.ADMINISTRATOR))
        await group.create(member(people[0].id))
        await rows(
            databases["cases"],
            "UPDATE group_member SET valid_from = now() + interval '1 hour' WHERE group_id = $1",
            group.id,
        )
        ok(await group.send(member(people[1].id)))
        found = await rows(
            databases["cases"],
            "SELECT valid_from, valid_to FROM group_member WHERE group_id = $1 ORDER BY id",
            group.id,
        )
        assert found[0]["valid_to"] == found[0]["valid_from"] == found[1]["valid_from"]

    async def test_before_there_was_a_group_nobody_was_in_it(self, municipality: Municipality) -> None:
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        group = Group(administrator)
        await group.create(member((await municipality.employee()).id))
        early = ok(await administrator.get(f"{group.path}?at=2020-01-01T00:00:00Z"))
        assert early["members"] == []
        assert len(ok(await administrator.get(group.path))["members"]) == 1
        assert (await administrator.get(f"/v1/collaboration-groups/{uuid4()}")).status_code == 404
