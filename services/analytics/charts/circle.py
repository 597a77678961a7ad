"""Where people stand in the drawing of a network: on a circle, in the matrix' order; nobody is central."""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Literal

_PER_PERSON, _SMALLEST = 13.0, 110.0
_PER_PAIR = 0.31
"""Of many, the uppermost labels are a line of text apart only if the circle grows with their square."""
_TO_LABEL, _LINE = 16.0, 12.0

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the drawing, and where its label begins; pixels from the upper left."""

    x: float
    y: float
    label_x: float
    label_y: float
    align: Align


def radius_for(people: int) -> float:
    """Return a radius at which labels don't meet.

    >>> radius_for(3), radius_for(20)
    (110.0, 260.0)
    """
    return max(_SMALLEST, _PER_PERSON * people, _PER_PAIR * people**2)


def spots(people: int, middle: float) -> list[Spot]:
    """Place people clockwise from the top, half a step on, so that labels lie left and right.

    >>> [(round(each.x), round(each.y), each.align) for each in spots(2, 200.0)]
    [(310, 200, 'left'), (90, 200, 'right')]
    """
    radius = radius_for(people)
    return [_spot((place + 0.5) * 2 * pi / people, radius, middle) for place in range(people)]


def _spot(angle: float, radius: float, middle: float) -> Spot:
    across, down = sin(angle), -cos(angle)
    far = radius + _TO_LABEL
    align: Align = "left" if across > 0 else "right"
    if abs(across) < 1e-9:
        return _below(middle, radius)
    return Spot(
        round(middle + radius * across, 2),
        round(middle + radius * down, 2),
        round(middle + far * across, 2),
        round(middle + far * down, 2),
        align,
    )


def _below(middle: float, radius: float) -> Spot:
    """Place the last of an odd number, whose label stands below those of both neighbours."""
    return Spot(middle, middle + radius, middle, middle + radius + _TO_LABEL + _LINE, "center")


def shortened(start: Spot, end: Spot, by: float) -> tuple[float, float, float, float]:
    """Return the line between two spots without its ends, which lie below the spots."""
    length = hypot(end.x - start.x, end.y - start.y)
    across, down = (end.x - start.x) / length * by, (end.y - start.y) / length * by
    ends = (start.x + across, start.y + down, end.x - across, end.y - down)
    x, y, x2, y2 = (round(each, 2) for each in ends)
    return x, y, x2, y2


def heading(start: Spot, end: Spot) -> float:
    """Return the direction from a spot to another, in degrees clockwise from upwards.

    >>> right, left = spots(2, 200.0)
    >>> heading(left, right), heading(right, left)
    (90.0, 270.0)
    """
    return round(degrees(atan2(end.x - start.x, start.y - end.y)) % 360, 2)
