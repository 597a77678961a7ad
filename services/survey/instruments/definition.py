"""Owns what an instrument is and the catalogue of its files; refuses any mistake in a file."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from shared.contracts.survey import Form

CATALOGUE = Path(__file__).parent / "catalogue"
SUBJECT = "{subject}"

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class CatalogueError(ValueError):
    """A file of the catalogue is not a valid instrument; the message names the file."""


class Colour(StrEnum):
    """The colours a mean can be shown in."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Definition(BaseModel):
    """The rules of every part of an instrument file: frozen, camelCase, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Text(Definition):
    """One human text in every language; none may be missing or blank."""

    da: Line = Field(examples=["Samarbejdet omkring borgeren"])
    en: Line = Field(examples=["The collaboration around the citizen"])


class Option(Definition):
    """One choice of the scale."""

    value: int = Field(ge=-1000, le=1000, examples=[4])
    label: Text


class SpecialOption(Definition):
    """A choice beside the scale, which never has a score."""

    label: Text


class Item(Definition):
    """One statement; `label` is its short name on charts."""

    id: Code = Field(examples=["knowledge-sharing"])
    label: Text
    wording: Text

    def about(self, subject: str) -> Text:
        """The wording with the subject's label in its place; the label is never interpreted."""
        return Text(
            da=self.wording.da.replace(SUBJECT, subject),
            en=self.wording.en.replace(SUBJECT, subject),
        )


class SubScale(Definition):
    """Some of the items that are also summed up on their own."""

    id: Code = Field(examples=["behaviour"])
    label: Text
    items: tuple[Code, ...] = Field(min_length=1, max_length=100, examples=[["knowledge-sharing"]])


class Scale(Definition):
    """The whole numbers that can be answered, both ends included."""

    minimum: int = Field(ge=-1000, le=1000, examples=[1])
    maximum: int = Field(ge=-1000, le=1000, examples=[5])

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.minimum >= self.maximum:
            raise ValueError("the scale's minimum is not below its maximum")
        return self

    @property
    def values(self) -> tuple[int, ...]:
        """Every value, ascending."""
        return tuple(range(self.minimum, self.maximum + 1))


class ColourBand(Definition):
    """Means from `at_least` up to the next band's are shown in this colour."""

    code: Code = Field(examples=["good"])
    at_least: FiniteFloat = Field(examples=[4.0])
    colour: Colour
    label: Text


class ColourBands(Definition):
    """How means are coloured, and where the cut-offs come from."""

    validated: bool
    source: Text
    bands: tuple[ColourBand, ...] = Field(min_length=1, max_length=20)


class Instrument(Definition):
    """One version of a questionnaire, whole: texts, items, scale, scores and colours."""

    code: Code = Field(examples=["relational-capacity"])
    version: int = Field(ge=1, le=1000)
    form: Form
    provenance: Text
    title: Text
    introduction: Text
    scale: Scale
    options: tuple[Option, ...] = Field(max_length=100)
    score_map: dict[int, FiniteFloat] = Field(examples=[{1: 1, 2: 2, 3: 3, 4: 4, 5: 5}])
    dont_know: SpecialOption
    dont_work_with: SpecialOption | None = None
    self_rating: bool
    items: tuple[Item, ...] = Field(min_length=1, max_length=100)
    sub_scales: tuple[SubScale, ...] = Field(default=(), max_length=20)
    colour_bands: ColourBands

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items' ids in the order asked and stored."""
        return tuple(item.id for item in self.items)

    @model_validator(mode="after")
    def _options_and_scores_cover_the_scale(self) -> Self:
        if tuple(option.value for option in self.options) != self.scale.values:
            raise ValueError("the options are not exactly the scale's values in ascending order")
        if set(self.score_map) != set(self.scale.values):
            raise ValueError("the score map does not cover exactly the scale")
        return self

    @model_validator(mode="after")
    def _items_are_distinct_and_known(self) -> Self:
        _refuse_repeats("item", self.item_ids)
        _refuse_repeats("sub-scale", (part.id for part in self.sub_scales))
        for part in self.sub_scales:
            _refuse_repeats(f"item of sub-scale {part.id}", part.items)
            unknown = set(part.items) - set(self.item_ids)
            if unknown:
                raise ValueError(f"sub-scale {part.id} names unknown items {sorted(unknown)}")
        return self

    @model_validator(mode="after")
    def _form_has_what_it_needs(self) -> Self:
        network = self.form is Form.NETWORK
        if network != (self.dont_work_with is not None):
            raise ValueError("dontWorkWith belongs to the network form, and only to it")
        if self.self_rating and not network:
            raise ValueError("only in the network form could anyone rate themselves")
        for item in self.items:
            for wording in (item.wording.da, item.wording.en):
                if wording.count(SUBJECT) != int(network):
                    raise ValueError(
                        f"item {item.id}: {SUBJECT} stands once in each wording of the network "
                        "form, and in no other form's"
                    )
        return self

    @model_validator(mode="after")
    def _colour_bands_ascend(self) -> Self:
        starts = [band.at_least for band in self.colour_bands.bands]
        _refuse_repeats("colour band", (band.code for band in self.colour_bands.bands))
        if starts != sorted(set(starts)):
            raise ValueError("the colour bands do not ascend")
        scores = self.score_map.values()
        if starts[0] != min(scores) or starts[-1] > max(scores):
            raise ValueError("the colour bands do not start at the lowest score and stay in range")
        return self


def read_instrument(path: Path) -> Instrument:
    """Read one file, whose name must be `<code>.v<version>.json`."""
    try:
        instrument = Instrument.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    expected = f"{instrument.code}.v{instrument.version}.json"
    if path.name != expected:
        raise CatalogueError(f"{path.name}: by its code and version it should be named {expected}")
    return instrument


@cache
def load_catalogue(folder: Path = CATALOGUE) -> Mapping[tuple[str, int], Instrument]:
    """Every instrument of the folder by (code, version), in that order; read once."""
    instruments = (read_instrument(path) for path in folder.glob("*.json"))
    by_key = {(instrument.code, instrument.version): instrument for instrument in instruments}
    return MappingProxyType(dict(sorted(by_key.items())))


def _refuse_repeats(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{what} {one} stands twice")
        seen.add(one)
