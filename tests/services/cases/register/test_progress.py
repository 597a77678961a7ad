"""How far a file has come: forward always, back only where that makes sense."""

from itertools import product

import pytest

from services.cases.register.progress import CaseStatus, Sensitivity, highest, may_follow, status_of_case

OPENED, INFORMED, DECIDED, CLOSED = CaseStatus
BACK = {(DECIDED, INFORMED), (CLOSED, INFORMED)}


class TestMayFollow:
    @pytest.mark.parametrize(("before", "after"), list(product(CaseStatus, repeat=2)))
    def test_forward_and_two_ways_back(self, before: CaseStatus, after: CaseStatus) -> None:
        forward = list(CaseStatus).index(after) >= list(CaseStatus).index(before)
        assert may_follow(before, after) is (forward or (before, after) in BACK)


class TestStatusOfCase:
    @pytest.mark.parametrize(
        ("files", "case"),
        [
            ([], CLOSED),
            ([CLOSED, CLOSED], CLOSED),
            ([CLOSED, DECIDED], DECIDED),
            ([DECIDED, OPENED, INFORMED], OPENED),
        ],
    )
    def test_is_that_of_the_file_least_far(self, files: list[CaseStatus], case: CaseStatus) -> None:
        assert status_of_case(files) is case
        assert status_of_case(reversed(files)) is case


class TestHighest:
    @pytest.mark.parametrize(
        ("files", "case"),
        [
            ([], None),
            ([None, None], None),
            ([None, Sensitivity.NOT_CONFIDENTIAL], Sensitivity.NOT_CONFIDENTIAL),
            ([Sensitivity.VIP, Sensitivity.SENSITIVE], Sensitivity.VIP),
        ],
    )
    def test_is_the_most_sensitive_stated(
        self, files: list[Sensitivity | None], case: Sensitivity | None
    ) -> None:
        assert highest(files) is case
