"""What passing on can refuse: nobody behind the gateway answers, or not in time."""

from shared.errors import BAD_GATEWAY, Fault, Problem

UPSTREAM_TOO_SLOW = Fault(
    "upstream-too-slow",
    504,
    "En bagvedliggende tjeneste svarede ikke i tide.",
    "A service behind did not answer in time.",
)
_RETRY = {"Retry-After": "1"}


def upstream_failed() -> Problem:
    """Refuse because the service broke off; whether it did the work is unknown."""
    return Problem(BAD_GATEWAY, headers=_RETRY)


def upstream_too_slow() -> Problem:
    """Refuse because the service did not answer in time; whether it did the work is unknown."""
    return Problem(UPSTREAM_TOO_SLOW, headers=_RETRY)
