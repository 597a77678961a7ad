"""How values look on the wire: camelCase models that refuse what they don't know, RFC 3339 times."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from shared.wire_bounds import bound, exact

API_VERSION = "1.0.0"
"""The version of all that is on the wire, told in every answer."""
Language = Literal["da", "en"]


class WireModel(BaseModel):
    """A frozen JSON object with lowerCamelCase keys; unknown keys are errors, and nothing is unbounded.

    What comes in is of the type it is declared with; replies (`...View`) are ours, and many numbers.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Give every value that names no bound the house's, and take it for no other type."""
        schema = handler(source)
        inner = handler.resolve_ref_schema(schema)
        bound(inner)
        if not cls.__name__.endswith("View"):
            exact(inner)
        return schema


def rfc3339(moment: datetime) -> str:
    """Write a moment in UTC, with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("holds a character that no text may hold")
    return text


_PERSONAL_NUMBER = re.compile(r"(?<![0-9])[0-9]{6}[._-]?[0-9]{4}(?![0-9])")


def holds_personal_number(text: str) -> bool:
    """Tell whether a text holds what looks like a CPR number."""
    return _PERSONAL_NUMBER.search(text) is not None


def _without_personal_number(text: str) -> str:
    if holds_personal_number(text):
        raise ValueError("holds what looks like a personal number")
    return text


_EARLIEST = datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def _within_reach(moment: datetime) -> datetime:
    """Return the nearest time that UTC and the database know; the ends mean always and forever anyway."""
    return min(max(moment, _EARLIEST), _LATEST)


_BEGINS_WITH_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def _written_out(moment: object) -> object:
    """Refuse a time that is a count of seconds, which pydantic would take for one."""
    if isinstance(moment, (str, int, float)) and not _BEGINS_WITH_DATE.match(str(moment)):
        raise ValueError("must be a date and a time with an offset")
    return moment


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_within_reach),
    PlainSerializer(rfc3339, return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 40}, mode="serialization"),
]
"""A time with offset, written in UTC."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _a_day(day: object) -> object:
    """Refuse a count of seconds and a time, which pydantic would take for a day."""
    if not isinstance(day, date) and not (isinstance(day, str) and _DAY.fullmatch(day)):
        raise ValueError("must be a date")
    return day


Day = Annotated[date, BeforeValidator(_a_day)]
"""A date, written as 2026-03-02."""

NOT_BLANK = Field(
    json_schema_extra={"pattern": r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"}
)
"""Says in the document of a text that is stripped, and then has a character, which one it must have."""

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(storable),
    NOT_BLANK,
]
"""One line of text for people, 1 to 200 characters."""

Purpose = Annotated[Line, AfterValidator(_without_personal_number)]
"""Why somebody does something, as the audit keeps it: no personal number may stand in it."""

Code = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    AfterValidator(_without_personal_number),
]
"""A kebab-case code; as codes stand in paths and the audit, none may be a personal number."""

Reference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._~:-]+$"),
]
"""A foreign system's own key for something, safe in a path."""

MunicipalityCode = Annotated[
    str, StringConstraints(min_length=4, max_length=4, pattern=r"^[0-9]{4}$"), Field(examples=["0766"])
]
"""The four-digit code of a Danish municipality."""

SourceVersion = Annotated[int, Field(ge=1, le=2**62)]
"""A source system's own growing number for the state it sends."""
