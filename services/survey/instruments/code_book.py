"""Owns the code book of an instrument: what each column of its answers means, code by code; pure."""

from dataclasses import dataclass

from services.survey.instruments.definition import Instrument
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED, Form

_NOT_ANSWERED = {"da": "Ikke besvaret"}
_NOT_ANSWERED_ENGLISH = "Not answered"


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What one stored code means; `score` is None for what is no rating and enters no mean."""

    value: int
    label: str
    score: float | None


@dataclass(frozen=True, slots=True)
class ItemMeaning:
    """What a column of codes means: the statement rated, and what it is summed up in."""

    id: str
    label: str
    wording: str
    required: bool
    dimension: str | None
    dimension_label: str | None
    sub_scales: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextMeaning:
    """What a column of free text means: the open question."""

    id: str
    label: str
    wording: str
    per_subject: bool


@dataclass(frozen=True, slots=True)
class CodeBook:
    """All that is needed to read answers to one version of an instrument, in one language."""

    instrument: str
    version: int
    language: str
    form: Form
    title: str
    provenance: str
    items: tuple[ItemMeaning, ...]
    codes: tuple[CodeMeaning, ...]
    texts: tuple[TextMeaning, ...]


def code_book(instrument: Instrument, language: str) -> CodeBook:
    """Write an instrument's code book; in Danish where a language is not the instrument's."""
    spoken = language if language in instrument.languages else "da"
    return CodeBook(
        instrument=instrument.code,
        version=instrument.version,
        language=spoken,
        form=instrument.form,
        title=instrument.title.said_in(spoken),
        provenance=instrument.provenance.said_in(spoken),
        items=tuple(_items(instrument, spoken)),
        codes=tuple(_codes(instrument, spoken)),
        texts=tuple(
            TextMeaning(each.id, each.label.said_in(spoken), each.wording.said_in(spoken), each.per_subject)
            for each in instrument.texts
        ),
    )


def _items(instrument: Instrument, language: str) -> list[ItemMeaning]:
    dimensions = {item: part for part in instrument.dimensions for item in part.items}
    return [
        ItemMeaning(
            id=item.id,
            label=item.label.said_in(language),
            wording=item.wording.said_in(language),
            required=item.required,
            dimension=dimension.id if dimension else None,
            dimension_label=dimension.label.said_in(language) if dimension else None,
            sub_scales=tuple(part.id for part in instrument.sub_scales if item.id in part.items),
        )
        for item in instrument.items
        for dimension in [dimensions.get(item.id)]
    ]


def _codes(instrument: Instrument, language: str) -> list[CodeMeaning]:
    special = [
        CodeMeaning(NOT_ANSWERED, _NOT_ANSWERED.get(language, _NOT_ANSWERED_ENGLISH), None),
        CodeMeaning(DONT_KNOW, instrument.dont_know.label.said_in(language), None),
    ]
    if instrument.dont_work_with is not None:
        label = instrument.dont_work_with.label.said_in(language)
        special.append(CodeMeaning(DONT_WORK_WITH, label, None))
    rated = [
        CodeMeaning(option.value, option.label.said_in(language), instrument.score_map[option.value])
        for option in instrument.options
    ]
    return [*rated, *special]
