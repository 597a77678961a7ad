"""Whether a service is worth asking: after some failures in a row it is left alone, then asked by one."""

import time
from collections.abc import Callable

from prometheus_client import Gauge

from shared.errors import unavailable

OPEN = Gauge("samspil_upstream_open", "1 while a service is left alone.", ["upstream"])
FAILURES_TO_OPEN = 5
REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 8.0


class Breaker:
    """Counts failures in a row; once open, lets one request through after each rest, until one succeeds."""

    def __init__(self, service: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._rest = REST_SECONDS
        self._asks_again_at: float | None = None
        self._probing = False
        self._gauge = OPEN.labels(service)

    def enter(self) -> bool:
        """Let a request through, and tell whether it is the one probe.

        Raises
        ------
        Problem
            503: the service is left alone.
        """
        if self._asks_again_at is None:
            return False
        left = self._asks_again_at - self._clock()
        if left > 0 or self._probing:
            raise unavailable(max(1, round(left)))
        self._probing = True
        return True

    def succeeded(self) -> None:
        """Note that the service answered, whatever it said."""
        if self._failures or self._asks_again_at is not None:
            self._failures, self._rest, self._asks_again_at = 0, REST_SECONDS, None
            self._gauge.set(0)

    def failed(self, *, probe: bool) -> None:
        """Note that the service could not be reached, broke off or said nothing in time."""
        self._failures += 1
        if probe:
            self._rest = min(self._rest * 2, LONGEST_REST_SECONDS)
        if probe or (self._failures >= FAILURES_TO_OPEN and self._asks_again_at is None):
            self._asks_again_at = self._clock() + self._rest
            self._gauge.set(1)

    def left(self, *, probe: bool) -> None:
        """Note that a request is over, however it ended: the next may be the probe."""
        if probe:
            self._probing = False
