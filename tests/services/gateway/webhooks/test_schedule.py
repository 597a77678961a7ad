"""Deliveries are tried again when Standard Webhooks says, a little later each, and given up in the end."""

import pytest

from services.gateway.webhooks.schedule import MOST_ATTEMPTS, PAUSES, pause_after


def test_the_schedule_is_the_specifications() -> None:
    assert sum(PAUSES) == 75 * 3600 + 35 * 60 + 5
    assert MOST_ATTEMPTS == 10


@pytest.mark.parametrize("attempts", range(1, MOST_ATTEMPTS))
def test_pauses_have_jitter_and_are_never_shorter(attempts: int) -> None:
    found = {pause_after(attempts) for _ in range(50)}
    assert len(found) > 1
    planned = PAUSES[attempts - 1]
    assert all(each is not None and planned <= each <= planned * 1.2 for each in found)


def test_after_the_last_there_is_no_other() -> None:
    assert pause_after(MOST_ATTEMPTS) is None
    assert pause_after(MOST_ATTEMPTS + 5, 60) is None


def test_a_receivers_wish_is_heard_within_a_day() -> None:
    assert (pause_after(1, 600) or 0) == 600
    assert (pause_after(1, 10**7) or 0) == 24 * 3600
    assert (pause_after(9, 1) or 0) >= PAUSES[8]
