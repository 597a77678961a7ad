"""Colours: apart from paper, from each other in grey and without colour vision, and text on all of them."""

from itertools import pairwise

import numpy as np
import pytest

from services.analytics.charts import palette
from services.analytics.charts.palette import contrast, ink_on, luminance, on_scale

GRAPHICS, TEXT = 3.0, 4.5
"""What WCAG 2.2 asks of graphics (1.4.11) and of text (1.4.3)."""

# Machado, Oliveira & Fernandes (2009), severity 1, for linear RGB.
_NO_RED = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
_NO_GREEN = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
_NO_BLUE = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
EYES = {"no-red": _NO_RED, "no-green": _NO_GREEN, "no-blue": _NO_BLUE}


def seen(colour: str, eyes: list[list[float]]) -> float:
    """Return the luminance of a colour as other eyes see it."""
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(np.array([0.2126, 0.7152, 0.0722]) @ np.clip(np.array(eyes) @ linear, 0, 1))


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#777777", "#777777") == 1


def test_text_reads_on_every_colour_of_the_scale() -> None:
    for value in np.linspace(1, 5, 401):
        colour = on_scale(float(value))
        assert contrast(ink_on(colour), colour) >= TEXT, value


def test_text_reads_on_paper() -> None:
    for ink in (palette.INK, palette.SOFT_INK, *palette.SERIES):
        assert contrast(ink, palette.PAPER) >= TEXT


def test_lines_and_series_stand_out_from_paper() -> None:
    for colour in (palette.LINE, *palette.SERIES):
        assert contrast(colour, palette.PAPER) >= GRAPHICS
    assert contrast(palette.GRID, palette.PAPER) < GRAPHICS  # it carries no meaning, and must not look so


@pytest.mark.parametrize("eyes", EYES.values(), ids=EYES)
def test_the_scale_rises_for_all_eyes(eyes: list[list[float]]) -> None:
    steps = [seen(on_scale(float(value)), eyes) for value in np.linspace(1, 5, 41)]
    assert all(low < high for low, high in pairwise(steps))


def test_the_scale_and_the_bands_rise_in_grey() -> None:
    assert all(low < high for low, high in pairwise(luminance(each) for each in palette.SCALE))
    assert [*palette.BANDS] == ["low", "middle", "high"]
    assert all(contrast(low, high) >= GRAPHICS for low, high in pairwise(palette.BANDS.values()))


@pytest.mark.parametrize("eyes", EYES.values(), ids=EYES)
def test_a_rainbow_would_not(eyes: list[list[float]]) -> None:
    rainbow = ["#d73027", "#fdae61", "#ffffbf", "#a6d96a", "#1a9850"]
    assert not all(low < high for low, high in pairwise(seen(each, eyes) for each in rainbow))


def test_values_off_the_scale_take_its_ends() -> None:
    assert on_scale(0.5) == palette.SCALE[0]
    assert on_scale(7.0) == palette.SCALE[-1]


def test_every_series_has_a_shape_of_its_own() -> None:
    assert len({*palette.SHAPES}) == len(palette.SERIES) == len(palette.SHAPES)
