"""A bounded memory forgets in time and the oldest first."""

import time

from services.gateway.tokens.remembered import Remembered


class TestRemembered:
    def test_forgets_what_is_over(self) -> None:
        memory: Remembered[str, int] = Remembered(10)
        memory.put("a", 1, time.time() + 60)
        memory.put("b", 2, time.time() - 1)
        assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, None)

    def test_holds_no_more_than_it_may(self) -> None:
        memory: Remembered[int, int] = Remembered(3)
        for number in range(5):
            memory.put(number, number, time.time() + 60)
        assert [memory.get(number) for number in range(5)] == [None, None, 2, 3, 4]
