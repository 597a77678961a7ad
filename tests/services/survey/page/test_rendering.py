"""Both languages say the same things, and every word the templates ask for is there."""

import re
from pathlib import Path

import pytest

from services.survey.page import rendering
from services.survey.page.rendering import Speech, render, words_of

TEMPLATES = Path(rendering.__file__).parent / "templates"
PLACES = re.compile(r"{(\w+)}")


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    danish, english = words_of("da"), words_of("en")
    assert danish.keys() == english.keys()
    for key, text in danish.items():
        assert len(text) == len(english[key]) or isinstance(text, str)
        assert sorted(PLACES.findall(str(text))) == sorted(PLACES.findall(str(english[key]))), key


def test_every_word_asked_for_is_there() -> None:
    asked = {
        key
        for file in TEMPLATES.glob("*.html")
        for key in re.findall(r'say\("([a-z-]+[a-z])"', file.read_text(encoding="utf-8"))
    }
    assert len(asked) > 50
    assert asked <= words_of("da").keys()


def test_nothing_in_a_template_comes_from_elsewhere_or_is_styled_in_place() -> None:
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"://|style=|\son[a-z]+=|\|\s*safe", text), file.name


@pytest.mark.parametrize(
    ("language", "told"),
    [("da", "fredag den 18. december 2026 kl. 17.05"), ("en", "Friday 18 December 2026 at 17:05")],
)
def test_moments_are_told_in_danish_time(language: str, told: str) -> None:
    speech = Speech(words_of("en" if language == "en" else "da"))
    assert speech.moment("2026-12-18T16:05:00Z") == told


def test_one_is_said_otherwise_than_many() -> None:
    speech = Speech(words_of("da"))
    assert speech("effort-told", count=1, minutes=1).startswith("Ét spørgsmål")
    assert speech("effort-told", count=2, minutes=1).startswith("2 spørgsmål")


@pytest.mark.parametrize("name", ["start", "unknown-link", "not-understood", "too-long", "busy"])
def test_pages_for_nobody_in_particular_need_no_answers(name: str) -> None:
    for language, lang in (("da", 'lang="da"'), ("en", 'lang="en"')):
        assert lang in render(name, "en" if language == "en" else "da", {})
