"""Danish unless English is asked for first, whatever a header says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.app.language import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "da"),
        ("", "da"),
        ("da", "da"),
        ("en", "en"),
        ("EN-us", "en"),
        ("en-GB, da;q=0.5", "en"),
        ("da, en", "da"),
        ("en, da", "da"),
        ("en;q=0.5, da;q=0.4", "en"),
        ("en;q=0, da;q=0", "da"),
        ("en;q=0", "da"),
        ("de, fr;q=0.9", "da"),
        ("*", "da"),
        ("*, en;q=0.5", "en"),
        ("english", "da"),
        ("en;q=x", "da"),
        ("en;q=nan", "da"),
        ("en ; q = 0.8", "en"),
        ("en;level=1", "en"),
    ],
)
def test_preferences(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


WEIGHTS = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@given(WEIGHTS, WEIGHTS, st.permutations(["da", "en", "de", "sv"]))
def test_the_greater_weight_wins(danish: float, english: float, order: list[str]) -> None:
    weights = {"da": danish, "en": english, "de": 1.0, "sv": 0.5}
    header = ", ".join(f"{name};q={weights[name]}" for name in order)
    assert preferred_language(header) == ("en" if english > danish else "da")


@given(st.text() | st.from_regex(r"\A((da|en|\*)(-[A-Z]{2})?(;q=[0-9.einaf+-]{0,5})?,? ?){0,6}\Z"))
def test_any_header_has_an_answer(header: str) -> None:
    assert preferred_language(header) in {"da", "en"}


def test_a_long_header_is_read_once() -> None:
    assert preferred_language("en," * 100_000) == "en"
