"""Colours that tell apart without colour vision and on grey paper, and how well; it draws nothing."""

from collections.abc import Sequence

INK = "#16202c"
"""Text and whatever must be seen first."""
SOFT_INK = "#3c4855"
"""Text beside."""
PAPER, BLACK = "#ffffff", "#000000"
LINE = "#6b7886"
"""Frames, axes and lines that carry meaning."""
GRID = "#d5dbe1"
"""Lines that only lead the eye."""
FILL = "#b8c7d6"
"""Areas within a line of `INK`."""

SCALE = ("#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838")
"""Cividis at 1 to 5 (Nuñez, Anderton & Renslow 2018): its luminance rises evenly."""
LOWEST, HIGHEST = 1.0, 5.0

BANDS = {"low": "#00224e", "middle": "#7d7c78", "high": "#fee838"}
"""Low, middle and high, from dark to light like the scale, within a line of `LINE`."""

FIRST, SECOND, THIRD, FOURTH = "#0072b2", "#b34700", "#007a5a", "#8c4a7c"
"""After Okabe & Ito, the last three darkened to stand out from paper; always with a shape of their own."""
SERIES = (FIRST, SECOND, THIRD, FOURTH)
SHAPES = ("circle", "square", "triangle-up", "diamond")


def on_scale(value: float) -> str:
    """Return the colour of a score, halfway where it lies between two.

    >>> on_scale(1.0), on_scale(3.0), on_scale(5.0)
    ('#00224e', '#7d7c78', '#fee838')
    """
    place = (min(max(value, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST) * (len(SCALE) - 1)
    lower = min(int(place), len(SCALE) - 2)
    share = place - lower
    pairs = zip(_channels(SCALE[lower]), _channels(SCALE[lower + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def ink_on(colour: str) -> str:
    """Return the ink that reads best on a colour."""
    return max((PAPER, BLACK), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> Sequence[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
