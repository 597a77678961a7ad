"""What the tag of an answer is of: who leads a case now decides what is seen, as the data do."""

from uuid import UUID

import pytest

from services.analytics.resident.asked import Asked
from services.analytics.standing.service import _knowing
from shared.access.principal import Principal, Role
from shared.contracts.register import CaseState

FIRST, SECOND = (CaseState(version=1, id=UUID(int=number), participants=[]) for number in (1, 2))


def asked(subject: str = "somebody") -> Asked:
    return Asked(Principal(subject, "gateway", frozenset({Role.CASE_WORKER})), "/v1/x?", "da", frozenset())


class TestTag:
    def test_is_the_same_of_the_same_cases_and_caller(self) -> None:
        assert _knowing(asked(), [FIRST, SECOND]).tag("1") == _knowing(asked(), [FIRST, SECOND]).tag("1")

    @pytest.mark.parametrize(
        ("subject", "cases"),
        [
            ("somebody", [FIRST]),
            ("somebody", [FIRST, SECOND.model_copy(update={"version": 2})]),
            ("somebody-else", [FIRST, SECOND]),
        ],
    )
    def test_is_another_of_other_cases_versions_or_callers(
        self, subject: str, cases: list[CaseState]
    ) -> None:
        assert _knowing(asked(subject), cases).tag("1") != _knowing(asked(), [FIRST, SECOND]).tag("1")
