"""Owns what an instrument is and the catalogue of its files; refuses any mistake in a file, naming all."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from services.survey.instruments.rules import MOST_LANGUAGES, SUBJECT, broken_rules
from shared.contracts.survey import Form
from shared.errors import MOST_ERRORS
from shared.wire import NOT_BLANK, storable
from shared.wire_bounds import exact

CATALOGUE = Path(__file__).parent / "catalogue"
LONGEST_CODE = 40
MOST_ITEMS = 100

InstrumentCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=LONGEST_CODE)
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(storable),
    NOT_BLANK,
]
LanguageTag = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", max_length=11),
]
"""A language by BCP 47, written as there: `da`, `zh-Hant`, `pt-BR`."""

Number = Annotated[int, Field(ge=1, le=1000)]
Value = Annotated[int, Field(ge=1, le=100)]
Score = Annotated[float, Field(allow_inf_nan=False, ge=-1000, le=1000)]


def _whole(value: object) -> object:
    """Read a key of the score map, which in JSON is a text, if it is written as a number is."""
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,2}", value):
        return int(value)
    return value


class CatalogueError(ValueError):
    """A file of the catalogue is not a valid instrument; the message names the file."""


class Colour(StrEnum):
    """The colours a mean can be shown in."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Definition(BaseModel):
    """The rules of every part of an instrument: frozen, camelCase, nothing unknown."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, hide_input_in_errors=True
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take no value for one of another type."""
        schema = handler(source)
        exact(handler.resolve_ref_schema(schema))
        return schema


class Text(Definition):
    """One human text in every language of the instrument, by language tag; none may be blank."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Line] = Field(init=False)

    da: Line = Field(examples=["Samarbejdet omkring borgeren"])
    en: Line = Field(examples=["The collaboration around the citizen"])

    def said_in(self, language: str) -> str:
        """Return the text in a language; in Danish where it has not been written in that."""
        return self.by_language.get(language, self.da)

    @property
    def by_language(self) -> dict[str, str]:
        """The text in each language it is written in."""
        return {"da": self.da, "en": self.en, **self.__pydantic_extra__}


class Option(Definition):
    """One choice of the scale."""

    value: Value = Field(examples=[4])
    label: Text


class SpecialOption(Definition):
    """A choice beside the scale, which never has a score."""

    label: Text


class Item(Definition):
    """One statement; `label` is its short name on charts. Its id means the same in every version."""

    id: Code = Field(examples=["knowledge-sharing"])
    label: Text
    wording: Text
    required: bool = Field(
        default=False, description="Whether it must be answered about whoever is rated at all."
    )

    def about(self, subject: str) -> Text:
        """The wording with the subject's label in its place; the label is never interpreted."""
        said = {
            language: text.replace(SUBJECT, subject) for language, text in self.wording.by_language.items()
        }
        return Text.model_validate(said)


class SubScale(Definition):
    """Some of the items that are also summed up on their own."""

    id: Code = Field(examples=["behaviour"])
    label: Text
    items: tuple[Code, ...] = Field(min_length=1, max_length=MOST_ITEMS, examples=[["knowledge-sharing"]])


class Dimension(SubScale):
    """What some of the items measure together; `aliases` are its other names. An item has one at most."""

    aliases: tuple[Text, ...] = Field(default=(), max_length=20)


class FreeText(Definition):
    """An open question; each answer is kept on its own, with the consent to quote it or without."""

    id: Code = Field(examples=["what-works"])
    label: Text
    wording: Text
    per_subject: bool = Field(
        default=False, description="Whether it is asked about each subject, which only networks have."
    )
    maximum_length: Annotated[int, Field(ge=1, le=10_000)] = Field(default=2000, examples=[2000])


class Scale(Definition):
    """The whole numbers that can be answered, both ends included."""

    minimum: Value = Field(examples=[1])
    maximum: Value = Field(examples=[5])

    @property
    def values(self) -> tuple[int, ...]:
        """Every value, ascending."""
        return tuple(range(self.minimum, self.maximum + 1))


class ColourBand(Definition):
    """Means from `at_least` up to the next band's are shown in this colour."""

    code: Code = Field(examples=["good"])
    at_least: Score = Field(examples=[4.0])
    colour: Colour
    label: Text


class ColourBands(Definition):
    """How means are coloured, and where the cut-offs come from."""

    validated: bool
    source: Text
    bands: tuple[ColourBand, ...] = Field(min_length=1, max_length=20)


class Crosswalk(Definition):
    """Which items can be compared with which of an earlier version: own item to earlier item."""

    version: Number = Field(examples=[1])
    items: dict[Code, Code] = Field(
        min_length=1, max_length=MOST_ITEMS, examples=[{"knowledge-sharing": "knowledge-sharing"}]
    )


class Instrument(Definition):
    """One version of a questionnaire, whole: texts, items, scale, scores and colours."""

    code: InstrumentCode = Field(examples=["relational-capacity"])
    version: Number = Field(examples=[1])
    languages: tuple[LanguageTag, ...] = Field(
        min_length=2, max_length=MOST_LANGUAGES, examples=[["da", "en"]]
    )
    form: Form
    provenance: Text
    title: Text
    introduction: Text
    scale: Scale
    options: tuple[Option, ...] = Field(min_length=2, max_length=100)
    score_map: dict[Annotated[Value, BeforeValidator(_whole)], Score] = Field(
        max_length=100, examples=[{1: 1, 2: 2, 3: 3, 4: 4, 5: 5}]
    )
    dont_know: SpecialOption
    dont_work_with: SpecialOption | None = None
    self_rating: bool
    items: tuple[Item, ...] = Field(min_length=1, max_length=MOST_ITEMS)
    dimensions: tuple[Dimension, ...] = Field(default=(), max_length=MOST_ITEMS)
    sub_scales: tuple[SubScale, ...] = Field(default=(), max_length=20)
    texts: tuple[FreeText, ...] = Field(default=(), max_length=20)
    colour_bands: ColourBands
    crosswalk: tuple[Crosswalk, ...] = Field(default=(), max_length=20)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items' ids in the order asked and stored."""
        return tuple(item.id for item in self.items)

    @property
    def key(self) -> tuple[str, int]:
        """What names this version among all instruments."""
        return self.code, self.version

    @model_validator(mode="wrap")
    @classmethod
    def _say_every_mistake(cls, raw: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Refuse what is malformed and what breaks a rule, all of it at once."""
        wrong = [
            InitErrorDetails(type=PydanticCustomError(each.code, each.detail), loc=each.place, input=None)
            for each in islice(broken_rules(raw) if isinstance(raw, Mapping) else (), MOST_ERRORS)
        ]
        try:
            instrument = handler(raw)
        except ValidationError as malformed:
            found = malformed.errors(include_url=False, include_context=False, include_input=False)
            wrong = [*map(_as_it_was, found[:MOST_ERRORS]), *wrong]
        else:
            if not wrong:
                return instrument
        raise ValidationError.from_exception_data("Instrument", wrong)


def _as_it_was(error: Mapping[str, Any]) -> InitErrorDetails:
    # Without a context its message is taken as it stands, braces and all.
    kind = PydanticCustomError(error["type"], error["msg"])
    return InitErrorDetails(type=kind, loc=error["loc"], input=None)


def read_instrument(path: Path) -> Instrument:
    """Read one file, whose name must be `<code>.v<version>.json`."""
    try:
        instrument = Instrument.model_validate(json.loads(path.read_bytes()))
    except ValueError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    expected = f"{instrument.code}.v{instrument.version}.json"
    if path.name != expected:
        raise CatalogueError(f"{path.name}: by its code and version it should be named {expected}")
    return instrument


@cache
def load_catalogue(folder: Path = CATALOGUE) -> Mapping[tuple[str, int], Instrument]:
    """Every instrument of the folder by (code, version), in that order; read once."""
    instruments = (read_instrument(path) for path in folder.glob("*.json"))
    by_key = {instrument.key: instrument for instrument in instruments}
    return MappingProxyType(dict(sorted(by_key.items())))
