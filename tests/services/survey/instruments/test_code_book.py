"""The code book names every column and every code of an instrument's answers."""

import pytest

from services.survey.instruments.code_book import code_book
from services.survey.instruments.definition import Instrument, load_catalogue
from tests.services.survey.instruments.drafted import definition


def test_every_item_of_every_instrument_stands_in_it() -> None:
    for instrument in load_catalogue().values():
        book = code_book(instrument, "en")
        assert tuple(each.id for each in book.items) == instrument.item_ids
        assert [each.id for each in book.texts] == [each.id for each in instrument.texts]
        assert (book.instrument, book.version) == instrument.key


def test_an_item_names_what_it_is_summed_up_in() -> None:
    book = code_book(load_catalogue()["relational-capacity", 1], "da")
    found = {each.id: each for each in book.items}["holistic-orientation"]
    assert (found.dimension, found.dimension_label) == ("holistic-orientation", "Helhedsorientering")
    assert found.sub_scales == ("orientation",)
    assert "{subject}" in found.wording


def test_an_item_without_a_dimension_has_none() -> None:
    book = code_book(load_catalogue()["coherent-leadership", 1], "da")
    assert {(each.dimension, each.dimension_label) for each in book.items} == {(None, None)}


@pytest.mark.parametrize(("form", "specials"), [("network", [0, -1, -2]), ("citizen", [0, -1])])
def test_codes_are_the_scale_with_its_scores_and_what_has_none(form: str, specials: list[int]) -> None:
    book = code_book(Instrument.model_validate(definition(form, highest=3)), "en")
    assert [(each.value, each.score) for each in book.codes] == [
        (1, 10),
        (2, 20),
        (3, 30),
        *((value, None) for value in specials),
    ]


@pytest.mark.parametrize(
    ("language", "spoken", "unanswered"),
    [("da", "da", "Ikke besvaret"), ("pl", "pl", "Not answered"), ("de", "da", "Ikke besvaret")],
)
def test_it_is_written_in_the_instruments_languages(language: str, spoken: str, unanswered: str) -> None:
    book = code_book(Instrument.model_validate(definition(more_languages=("pl",))), language)
    assert (book.language, book.title) == (spoken, f"Titel ({spoken})")
    assert book.texts[0].wording == f"Hvad nu? ({spoken})"
    assert {each.value: each.label for each in book.codes}[0] == unanswered
