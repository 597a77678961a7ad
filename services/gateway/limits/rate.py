"""Rates and where a caller stands against them: the generic cell rate algorithm, pure.

Of a caller one number is kept for each rate: the moment until which its requests have used up what
the rate gives. Each request moves it on by one interval; it may never be more than a window ahead.
So a whole quota may be used at once, then one request an interval, and no window's end gives twice.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

# What adding up intervals loses, in seconds: no request is refused or given for that.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Rate:
    """`quota` requests in `seconds`, by the name that the header fields say.

    Attributes
    ----------
    interval : float
        How long one request takes to be given back.
    """

    name: str
    quota: int
    seconds: int
    interval: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what every request asks."""
        if self.quota < 1 or self.seconds < 1:
            raise ValueError("a rate must be above zero")
        object.__setattr__(self, "interval", self.seconds / self.quota)

    def gives_one_more(self, backlog: float) -> bool:
        """Tell whether one more request may be taken on top of what is used (in seconds)."""
        return backlog + self.interval <= self.seconds + _ROUNDING

    def remaining(self, backlog: float) -> int:
        """Return how many requests are left now."""
        left = int((self.seconds - backlog + _ROUNDING) / self.interval)
        return left if left > 0 else 0

    def reset(self, backlog: float) -> int:
        """Return the seconds until all is given back, or, when nothing is left, until the next request."""
        if self.gives_one_more(backlog):
            return math.ceil(backlog)
        return max(1, math.ceil(backlog + self.interval - self.seconds - _ROUNDING))

    def standing(self, backlog: float) -> str:
        """Write what is left, and in how many seconds more is given."""
        return f'"{self.name}";r={self.remaining(backlog)};t={self.reset(backlog)}'


def parse_rate(name: str, text: str) -> Rate:
    """Read a rate such as `6000/60`: six thousand requests a minute.

    Raises
    ------
    ValueError
        It is not two whole numbers above zero.
    """
    quota, _, seconds = text.partition("/")
    return Rate(name, int(quota), int(seconds))


@dataclass(frozen=True, slots=True)
class Count:
    """Whether a request was taken, and what each of its rates has used since then (in seconds)."""

    taken: bool
    backlogs: tuple[float, ...]


def policy_field(rates: Sequence[Rate]) -> bytes:
    """Write `RateLimit-Policy`, a List of Structured Fields (draft-ietf-httpapi-ratelimit-headers-11)."""
    return ", ".join(f'"{rate.name}";q={rate.quota};w={rate.seconds}' for rate in rates).encode()


def limit_field(rates: Sequence[Rate], backlogs: Sequence[float]) -> bytes:
    """Write `RateLimit`: what is left of each rate, and in how many seconds more is given."""
    return ", ".join(map(Rate.standing, rates, backlogs)).encode()


def seconds_to_wait(rates: Sequence[Rate], backlogs: Sequence[float]) -> int:
    """Return for how long a refused caller should wait."""
    standing = zip(rates, backlogs, strict=True)
    return max((rate.reset(used) for rate, used in standing if not rate.gives_one_more(used)), default=1)
