"""Logs as JSON lines and metrics for Prometheus; neither ever holds a raw path, a body or a value."""

import logging
import sys
import time
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from shared.access.principal import Principal

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REQUESTS = Counter("samspil_requests_total", "Answered requests.", ["service", "method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "samspil_request_seconds", "Time to answer.", ["service", "method", "route"], buckets=_SECONDS
)
FEED_LAG = Gauge(
    "samspil_feed_events_behind",
    "Changes committed and not applied, hidden ones too; told by the replica that follows the feed.",
    ["feed"],
)
FEED_CAUGHT_UP = Gauge(
    "samspil_feed_caught_up_timestamp_seconds",
    "When this process last had applied all that the feed could tell.",
    ["feed"],
)
FEED_EVENTS = Counter("samspil_feed_events_total", "Events applied.", ["feed"])
FEED_FAILURES = Counter("samspil_feed_failures_total", "Failed rounds of a consumer.", ["feed"])
OLDEST_TRANSACTION = Gauge(
    "samspil_oldest_transaction_seconds",
    "Age of the oldest open transaction on the database server; it holds every feed back.",
    ["service"],
)

_about_request: ContextVar[dict[str, str] | None] = ContextVar("about_request", default=None)
"""What is known of the request that is answered: one dictionary, as this runs with each and every one."""

_caller: ContextVar[Principal | None] = ContextVar("caller", default=None)


def configure_logging(service: str, level: str) -> None:
    """Send every log line, the libraries' too, to standard output as JSON."""
    logging.basicConfig(level=level, stream=sys.stdout, format="%(message)s", force=True)
    for noisy in ("uvicorn.access", "httpx2", "httpcore2", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[_WholeLine(service)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _WholeLine:
    """Writes each line out with who wrote it, when, how loud and in which request: one step, as each costs.

    Of an exception it keeps what can hold no personal data: its class, SQLSTATE and constraint.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self._second = 0
        self._written_second = ""

    def __call__(self, _logger: Any, method: str, event: MutableMapping[str, Any]) -> bytes:
        """Add what the line doesn't say itself, and write it as JSON."""
        error = event.pop("exc", None)
        line = {
            "service": self._service,
            **(_about_request.get() or {}),
            **event,
            "level": method,
            "timestamp": self._now(),
        }
        if isinstance(error, BaseException):
            line |= describe(error)
        return orjson.dumps(line, default=repr)

    def _now(self) -> str:
        """Write the time of day, most of which is the same as a moment ago."""
        second, fraction = divmod(time.time_ns(), 1_000_000_000)
        if second != self._second:
            self._second = second
            self._written_second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._written_second}.{fraction // 1000:06d}Z"


def describe(error: BaseException) -> dict[str, str]:
    """Name an exception without its message: class, SQLSTATE, constraint and the place it rose."""
    inner = getattr(error, "orig", None) or error
    source = getattr(inner, "__cause__", None) or inner
    described = {"error": type(source).__name__}
    for name in ("sqlstate", "constraint_name"):
        value = getattr(source, name, None)
        if value:
            described[name] = str(value)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace:
        described["where"] = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
    return described


def note_request(service: str, request_id: str) -> None:
    """Begin a request: nothing of the one before stays on its lines."""
    _caller.set(None)
    _about_request.set({"service": service, "request_id": request_id})


def request_id() -> str:
    """Return the id of the request that is answered, or nothing."""
    return (_about_request.get() or {}).get("request_id", "")


def noted_caller() -> Principal | None:
    """Return who sends the request that is answered, once that is known."""
    return _caller.get()


def note_caller(principal: Principal) -> None:
    """Put the caller on the log lines of this request: ids and roles only."""
    _caller.set(principal)
    about = _about_request.get() or {}
    caller = {"tenant": str(principal.tenant), "subject": principal.subject, "issuer": principal.issuer}
    _about_request.set({**about, **caller})


def serve_metrics(host: str, port: int) -> None:
    """Answer Prometheus on a port of its own."""
    start_http_server(port, addr=host)
