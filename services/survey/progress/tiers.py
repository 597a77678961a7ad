"""How far a response rate lets a result be trusted; refuses to round up into a better tier; pure."""

from enum import StrEnum


class Tier(StrEnum):
    """At least 80, at least 65, under 65 percent have answered; named as analytics names them."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def tier_of(submitted: int, invited: int) -> Tier:
    """Return the tier of some of at least one, in whole numbers: 80 % of 35 is exactly 28.

    >>> [tier_of(submitted, 20).value for submitted in (16, 15, 13, 12)]
    ['high', 'medium', 'medium', 'low']
    """
    if 100 * submitted >= 80 * invited:
        return Tier.HIGH
    return Tier.MEDIUM if 100 * submitted >= 65 * invited else Tier.LOW
