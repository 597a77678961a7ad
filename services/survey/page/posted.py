"""Reads what the page's own forms post; refuses any other field, repeats and wrong encodings."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from services.survey.page.places import Place, Step
from shared.wire import Language

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 400
_PLAIN = frozenset({"token", "language", "at", "to", "revision", "key", "apart", "share", "by"})
_NAMED = re.compile(r"(rating|text|quote)\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")
_ANSWER = re.compile(r"-?[0-9]{1,5}|dont-know|")
_KEY = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"rt_[A-Za-z0-9_-]{20,200}")
_WORDS: Final = {
    "apart": {"", "yes"},
    "share": {"", "yes", "no"},
    "language": {"", "da", "en"},
    "by": {"", "self", "relative", "interviewer", "paper"},
}
_LARGEST = 2**30
OPENINGS = ("next", "back", "save", "submit", "decline-now", "withdraw-now")
"""What a button can ask for besides going to a place or changing the language."""


class FormRefused(ValueError):
    """The body is none that the page's own forms send; never repeats any of it."""

    def __init__(self, reason: str, *, is_form: bool = True) -> None:
        super().__init__(reason)
        self.is_form = is_form


@dataclass(frozen=True, slots=True)
class Posted:
    """One press of a button: where it was pressed, where it leads, and what was filled in.

    `token` is empty for what can't be a code; `ratings`, `texts` and `quotes` go by the ids of statements
    and questions; `fields` is all of it, to be sent once more.
    """

    token: str
    language: Language | None
    at: Place | None
    to: str
    revision: int
    key: str
    apart: bool
    share: bool
    by: str
    ratings: Mapping[str, str]
    texts: Mapping[str, str]
    quotes: frozenset[str]
    fields: tuple[tuple[str, str], ...]


def read_posted(content_type: str, body: bytes) -> Posted:
    """Read a form's body.

    Raises
    ------
    FormRefused
        It is not such a body.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise FormRefused("not a form", is_form=False)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
        return _posted(dict(pairs), pairs)
    except ValueError:
        raise FormRefused("not one of our forms") from None


def _posted(fields: dict[str, str], pairs: list[tuple[str, str]]) -> Posted:
    if len(fields) != len(pairs) or any("\0" in value for value in fields.values()):
        raise FormRefused("a repeated field, or what no text may hold")
    named: dict[str, dict[str, str]] = {"rating": {}, "text": {}, "quote": {}}
    for name, value in pairs:
        if name not in _PLAIN:
            found = _NAMED.fullmatch(name)
            if found is None:
                raise FormRefused("an unknown field")
            named[found[1]][found[2]] = value.replace("\r\n", "\n")
    _require_words(fields, named["rating"].values())
    language = fields.get("language", "")
    return Posted(
        token=_token(fields.get("token", "")),
        language="en" if language == "en" else "da" if language == "da" else None,
        at=Place.read(fields["at"]) if fields.get("at") else None,
        to=_to(fields.get("to", "")),
        revision=_number(fields.get("revision", "0")),
        key=_key(fields.get("key", "")),
        apart=fields.get("apart") == "yes",
        share=fields.get("share") == "yes",
        by=fields.get("by") or "self",
        ratings={item: value for item, value in named["rating"].items() if value},
        texts=named["text"],
        quotes=frozenset(named["quote"]),
        fields=tuple(pairs),
    )


def _require_words(fields: Mapping[str, str], answers: Iterable[str]) -> None:
    wrong = [name for name, words in _WORDS.items() if fields.get(name, "") not in words]
    if wrong or not all(_ANSWER.fullmatch(each) for each in answers):
        raise FormRefused("a value that can't be chosen")


def _token(text: str) -> str:
    """Return the code, also out of a whole link that was pasted; empty if it can't be one."""
    code = text.rpartition("#")[2].strip()
    return code if _TOKEN.fullmatch(code) else ""


def _to(text: str) -> str:
    kind, _, language = text.partition("/")
    if text in {"", *OPENINGS} or (kind == "language" and language in {"da", "en"}):
        return text
    kind, _, rest = text.partition("/") if text.startswith("missing/") else ("", "", text)
    place = Place.read(rest)
    if kind and place.step is not Step.SUBJECT:
        raise FormRefused("no such step")
    return text


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > _LARGEST:
        raise FormRefused("not a number")
    return int(text)


def _key(text: str) -> str:
    if text and not _KEY.fullmatch(text):
        raise FormRefused("not a key")
    return text
