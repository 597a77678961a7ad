"""Text is measured with caution and broken into lines that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.cases.casemap.lettering import printable, width_of, wrap


class TestWidthOf:
    @pytest.mark.parametrize(
        ("text", "bold", "arial"),
        [
            # Advance widths in em of Liberation Sans, which has Arial's.
            ("Forløb 27", True, 4.5),
            ("Familieafdelingen", False, 7.838),
            ("Specialpædagogisk", True, 9.392),
            ("Praktiserende læge", False, 8.671),
        ],
    )
    def test_is_a_little_more_than_arial_takes(self, text: str, bold: bool, arial: float) -> None:
        assert 1.0 < width_of(text, 1, bold) / arial < 1.1

    def test_an_unknown_sign_is_wide(self) -> None:
        assert width_of("漢", 10, False) > 10


class TestWrap:
    def test_breaks_between_words_and_after_hyphens(self) -> None:
        assert wrap("Børne- og Ungdomspsykiatrisk Afdeling", 10, False, 130) == (
            "Børne- og",
            "Ungdomspsykiatrisk",
            "Afdeling",
        )
        assert wrap("Skole/hjem-vejleder", 10, False, 60) == ("Skole/hjem-", "vejleder")

    def test_hyphenates_a_long_word_as_danish_does(self) -> None:
        assert wrap("Myndighedsafdelingen", 10, False, 70) == ("Myndighedsaf-", "delingen")

    def test_says_everything_in_lines_that_fit(self) -> None:
        @given(some.text("abeføNW -/", max_size=120), some.integers(40, 200))
        def holds(text: str, width: int) -> None:
            lines = wrap(text, 10, True, width)
            assert max(width_of(line, 10, True) for line in lines) <= width
            bare = "".join(lines).replace("-", "").replace(" ", "")
            assert bare == text.replace("-", "").replace(" ", "")

        holds()


class TestPrintable:
    def test_shows_that_something_could_not_be_shown(self) -> None:
        assert printable("A\x07B\x00\u202eC\ufffe") == "A\ufffdB\ufffd\ufffdC\ufffd"

    def test_is_one_line(self) -> None:
        assert printable(" Forløb\n\t27 ") == "Forløb 27"

    def test_keeps_what_can_be_read(self) -> None:
        assert printable("Æbleø & Ål <1> \"a\" 'b'") == "Æbleø & Ål <1> \"a\" 'b'"
