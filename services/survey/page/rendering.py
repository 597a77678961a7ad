"""Writes the page's HTML from its templates: everything is escaped, and what is missing is an error."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.survey.page import asked
from shared.wire import Language

_HERE = Path(__file__).parent
_DANISH_TIME = ZoneInfo("Europe/Copenhagen")
_READING = (
    asked.asks_at_the_end,
    asked.minutes_of,
    asked.missing_at,
    asked.places_of,
    asked.progress_at,
    asked.progress_of,
    asked.questions_at,
    asked.rating_of,
    asked.revision_of,
    asked.subject_of,
    asked.texts_of,
    asked.unsent,
    asked.values_of,
)


class Speech:
    """The page's own words in one language."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with values in their places; a `count` of one may have its own text."""
        if values.get("count") == 1 and f"{key}-one" in self._words:
            key = f"{key}-one"
        text: str = self._words[key]
        return text.format(**values) if values else text

    def moment(self, written: str) -> str:
        """Return a moment of the wire as people in Denmark say it."""
        at = datetime.fromisoformat(written).astimezone(_DANISH_TIME)
        return self(
            "moment",
            weekday=self._words["weekdays"][at.weekday()],
            day=at.day,
            month=self._words["months"][at.month - 1],
            year=at.year,
            hour=f"{at.hour:02}",
            minute=f"{at.minute:02}",
        )


@cache
def words_of(language: Language) -> Mapping[str, Any]:
    """Read the page's own words in a language."""
    return MappingProxyType(json.loads((_HERE / f"wording/{language}.json").read_text(encoding="utf-8")))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({each.__name__: each for each in _READING})
    environment.tests["has_answers"] = asked.has_answers
    environment.filters["state_at"] = asked.state_at
    environment.globals.update({"new_key": lambda: uuid4().hex})
    return environment


def render(name: str, language: Language, told: Mapping[str, Any]) -> str:
    """Write one page in a language."""
    context = {"asked": None, "posted": None, "faults": [], "note": "", "lost": False, **told}
    say = Speech(words_of(language))
    return _environment().get_template(f"{name}.html").render(context, say=say, language=language)
