"""The rated may see who read results about them; others see nothing of it."""

from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import Answered, something
from tests.support.municipality import ok

EVENTS = "/v1/analytics-audit-events"


async def seen_by(five: Answered, person: UUID, subject: UUID) -> list[dict[str, Any]]:
    """Return what a person sees of the audit of something."""
    caller = five.municipality.caller("analytics", Role.PROFESSIONAL, person=person)
    items: list[dict[str, Any]] = ok(await caller.get(f"{EVENTS}?action=read&subjectId={subject}"))["items"]
    return items


class TestConcernsPerson:
    async def test_a_rated_person_sees_who_read_the_cases_results(self, five: Answered) -> None:
        reader = five.municipality.caller(
            "analytics", Role.PROFESSIONAL, person=five.members[0].person, subject="login-0"
        )
        something(await five.matrix(reader))
        rated = await seen_by(five, five.members[4].person, five.case)
        assert ("matrix", "login-0") in {(each["subjectType"], each["actor"]) for each in rated}

    async def test_who_is_not_in_it_sees_nothing(self, five: Answered) -> None:
        something(await five.matrix(five.member()))
        outsider = await five.municipality.employee()
        assert await seen_by(five, outsider.person, five.case) == []
        assert await seen_by(five, uuid4(), five.case) == []
        assert await seen_by(five, five.members[0].person, uuid4()) == []
