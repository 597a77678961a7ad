"""What is counted of asking one service: how it answered, how long that took, and what was asked twice."""

import time
from enum import StrEnum

import aiohttp
from prometheus_client import Counter, Histogram

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)

ASKED = Counter(
    "samspil_upstream_requests_total",
    "Requests a service was asked, by how it answered: a class of status, or how it failed.",
    ["upstream", "outcome"],
)
SECONDS = Histogram(
    "samspil_upstream_seconds",
    "Time in which a service began its answer, or failed; waiting for a place is not in it.",
    ["upstream"],
    buckets=_SECONDS,
)
REPEATED = Counter(
    "samspil_upstream_retries_total", "Requests sent again, as nothing of them had been sent.", ["upstream"]
)


class Failure(StrEnum):
    """How asking a service can come to nothing."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too-slow"
    BROKE_OFF = "broke-off"


def failure_of(error: Exception) -> Failure:
    """Name how a service failed."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Failure.UNREACHABLE
    return Failure.TOO_SLOW if isinstance(error, TimeoutError) else Failure.BROKE_OFF


class UpstreamMeter:
    """Counts for one service; its labels are looked up once."""

    def __init__(self, service: str) -> None:
        self._answered = [ASKED.labels(service, f"{status}xx") for status in range(1, 6)]
        self._failed = {how: ASKED.labels(service, how.value) for how in Failure}
        self._seconds = SECONDS.labels(service)
        self._repeated = REPEATED.labels(service)

    def answered(self, status: int, since: float) -> None:
        """Count an answer to what was asked at a time (of `time.perf_counter`)."""
        self._answered[min(max(status // 100, 1), 5) - 1].inc()
        self._seconds.observe(time.perf_counter() - since)

    def failed(self, error: Exception, since: float) -> None:
        """Count what came to nothing."""
        self._failed[failure_of(error)].inc()
        self._seconds.observe(time.perf_counter() - since)

    def repeated(self) -> None:
        """Count what is sent again."""
        self._repeated.inc()
