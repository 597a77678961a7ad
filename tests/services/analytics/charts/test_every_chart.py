"""What holds of every chart: it is Vega-Lite, says all in text, takes no label for code."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from services.analytics.charts.development_chart import development_chart
from services.analytics.charts.dimension_chart import dimension_chart
from services.analytics.charts.distribution_chart import distribution_chart
from services.analytics.charts.effect_chart import effect_chart
from services.analytics.charts.frame import Spec, nothing_to_show, written
from services.analytics.charts.leadership_chart import leadership_chart
from services.analytics.charts.matrix_chart import matrix_chart
from services.analytics.charts.network_chart import network_chart
from services.analytics.charts.pressing import draw
from services.analytics.scores.schemas import MatrixView
from shared.wire import Language
from tests.services.analytics.charts.figures import development, distribution, effect, scatter
from tests.services.analytics.charts.made import (
    HOSTILE,
    as_read,
    case_results,
    drawn,
    is_vega_lite,
    matrix,
    three,
)

Chart = Callable[[Language], Spec]
SVG = "{http://www.w3.org/2000/svg}"

CHARTS: dict[str, Chart] = {
    "matrix": lambda language: matrix_chart(three(), language),
    "dimensions": lambda language: dimension_chart(
        case_results([("innovation", 2.0), ("mutual-respect", 4.5), ("x", None)]), language
    ),
    "network": lambda language: network_chart(three(), language),
    "leadership-line": lambda language: leadership_chart(scatter(), language),
    "leadership-dots": lambda language: leadership_chart(scatter(dots=True), language),
    "effect": lambda language: effect_chart(effect(), language),
    "development": lambda language: development_chart(development(["Lærere", "Psykologer"]), language),
    "distribution": lambda language: distribution_chart(distribution(), language),
    "nothing": nothing_to_show,
}


def hostile_matrix() -> MatrixView:
    """Name people as something else."""
    count = len(HOSTILE)
    cells = [[3.0 if row != column else "not-asked" for column in range(count)] for row in range(count)]
    return matrix(HOSTILE, cells)


HOSTILES: dict[str, Chart] = {
    "matrix": lambda language: matrix_chart(hostile_matrix(), language),
    "network": lambda language: network_chart(hostile_matrix(), language),
    "development": lambda language: development_chart(development(HOSTILE), language),
    "dimensions": lambda language: dimension_chart(
        case_results([(each, 3.0) for each in HOSTILE]), language
    ),
}
EVERY = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
EVERY_HOSTILE = pytest.mark.parametrize("chart", HOSTILES.values(), ids=HOSTILES)
LANGUAGES = pytest.mark.parametrize("language", ["da", "en"])


@EVERY
@LANGUAGES
def test_is_vega_lite(chart: Chart, language: Language) -> None:
    assert is_vega_lite(chart(language))


def test_what_is_not_vega_lite_is_noticed() -> None:
    assert not is_vega_lite({**CHARTS["matrix"]("da"), "layer": [{"mark": "no-such-mark"}]})
    assert not is_vega_lite({**CHARTS["dimensions"]("da"), "layers": []})


@EVERY
def test_the_same_is_the_same_to_the_byte(chart: Chart) -> None:
    assert written(chart("da")) == written(chart("da"))
    assert drawn(chart("da")) == drawn(chart("da"))
    assert written(chart("da")) != written(chart("en"))


@EVERY
@LANGUAGES
def test_the_picture_has_its_title_and_text(chart: Chart, language: Language) -> None:
    spec = chart(language)
    root = Xml.XML(drawn(spec))
    assert root.attrib["role"] == "img"
    assert root.attrib["lang"] == language
    named = [root.find(f"{SVG}*[@id='{each}']") for each in root.attrib["aria-labelledby"].split()]
    texts = [each.text for each in named if each is not None]
    assert texts == [spec.get("title", {"text": spec["description"]})["text"], spec["description"]]


@EVERY
def test_the_picture_stands_alone(chart: Chart) -> None:
    picture = drawn(chart("da"))
    for wanting in ("<image", "<script", "<style", "href=", "url(", "@import"):
        assert wanting not in picture
    assert {*re.findall(r"https?://[^\"' ]*", picture)} <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


@EVERY_HOSTILE
def test_labels_are_shown_as_they_are(chart: Chart) -> None:
    root = Xml.XML(drawn(chart("da")))
    shown = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    for label in HOSTILE:
        assert label in shown, label


@EVERY_HOSTILE
def test_labels_stand_in_data_and_text_only(chart: Chart) -> None:
    spec = as_read(chart("da"))
    for part in ("datasets", "description"):
        spec.pop(part)
    left = [each for each in _texts(spec) if each in HOSTILE]
    assert left == []


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for each in part.values() for text in _texts(each)]
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    return [part] if isinstance(part, str) else []


@EVERY
def test_nothing_is_an_expression(chart: Chart) -> None:
    keys = {*re.findall(r'"(\w+)":', written(chart("da")).decode())}
    assert not keys & {
        "expr",
        "signal",
        "calculate",
        "filter",
        "labelExpr",
        "test",
        "url",
        "href",
    }


def test_data_from_an_address_are_refused() -> None:
    spec = as_read(nothing_to_show("da")) | {"data": {"url": "http://127.0.0.1:9/data.json"}}
    with pytest.raises(ValueError, match="not allowed"):
        draw(spec)


def test_what_xml_cannot_hold_is_left_out() -> None:
    view = matrix(["Anne\x00\x1b Holm", "Bo\ufffe Lind"], [["not-asked", 4.0], [2.0, "not-asked"]])
    root = Xml.XML(drawn(matrix_chart(view, "da")))
    assert "Anne Holm" in ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


@EVERY
def test_what_it_is_for_and_where_it_is_from_goes_with_it(chart: Chart) -> None:
    about = chart("da")["usermeta"]["samspil"]
    assert about["purpose"] == "better-collaboration"
    shown = chart is not nothing_to_show
    assert about["status"] == ("available" if shown else "not-available")
    assert [each["dataVersion"] for each in about["provenance"]] == (["d1"] if shown else [])
