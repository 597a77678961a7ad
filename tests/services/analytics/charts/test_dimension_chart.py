"""Dimensions as bars: value, band and what is behind stand in words; a missing one is said to be."""

from services.analytics.charts.dimension_chart import dimension_chart
from services.analytics.charts.frame import nothing_to_show
from tests.services.analytics.charts.made import case_results, rows

FOUND = [("knowledge-sharing", 2.4), ("mutual-knowledge", 3.46), ("own-dimension", None)]


def test_each_bar_says_its_value_and_its_band_in_words() -> None:
    spec = dimension_chart(case_results(FOUND), "da")
    assert [(each["dimension"], each["mean"], each["text"]) for each in rows(spec, "dimensions")] == [
        ("Videndeling", 2.4, "2,40  lav  (42 svar fra 7)"),
        ("Gensidigt kendskab", 3.46, "3,46  middel  (42 svar fra 7)"),
    ]


def test_a_dimension_without_answers_is_no_bar() -> None:
    spec = dimension_chart(case_results(FOUND), "en")
    (missing,) = rows(spec, "undefined")
    assert (missing["place"], missing["dimension"], missing["text"]) == (2, "own-dimension", "no answers")


def test_bands_are_said_not_to_be_validated() -> None:
    for language, words in (("da", "ikke validerede"), ("en", "not validated")):
        spec = dimension_chart(case_results(FOUND), "da" if language == "da" else "en")
        assert words in " ".join(spec["title"]["subtitle"])


def test_withheld_dimensions_look_like_none() -> None:
    assert dimension_chart(case_results([]), "da") == nothing_to_show("da") == dimension_chart(None, "da")


def test_the_text_names_every_number() -> None:
    assert dimension_chart(case_results(FOUND), "en")["description"] == (
        "Dimensions, wave baseline. Knowledge sharing: 2.40  low  (42 answers from 7). "
        "Mutual knowledge: 3.46  middle  (42 answers from 7). own-dimension: no answers."
    )
