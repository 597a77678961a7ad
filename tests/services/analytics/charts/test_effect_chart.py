"""The effect: arms with their intervals, the difference with its own, and no test by overlap."""

from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from services.analytics.charts.effect_chart import Difference, effect_chart, effect_of
from services.analytics.charts.frame import nothing_to_show
from services.analytics.release.decisions import GroupSize
from services.analytics.studies.effect import effect as released_effect
from tests.services.analytics.charts.figures import effect
from tests.services.analytics.charts.made import HOSTILE, drawn, is_vega_lite, rows
from tests.services.analytics.studies.test_effect import STUDY, WAVES, trial


def test_means_stand_as_they_are_given() -> None:
    assert [(each["label"], each["text"]) for each in rows(effect_chart(effect(), "da"), "means")] == [
        ("Før: Intervention", "3,10 [2,80; 3,40], 27 forløb"),
        ("Efter: Intervention", "3,90 [3,60; 4,20], 26 forløb"),
        ("Før: Kontrol", "3,20, 1 forløb"),
        ("Efter: Kontrol", "2,74 [2,40; 3,08], 25 forløb"),
    ]


def test_arms_differ_by_shape_too() -> None:
    shapes = [each["shape"] for each in rows(effect_chart(effect(), "en"), "means")]
    assert shapes == ["circle", "circle", "square", "square"]


def test_what_has_no_interval_has_no_line() -> None:
    labels = [each["label"] for each in rows(effect_chart(effect(), "en"), "means-intervals")]
    assert labels == ["Before: Intervention", "After: Intervention", "After: Kontrol"]


def test_the_difference_has_its_own_interval_and_scale() -> None:
    spec = effect_chart(effect(), "en")
    (difference,) = rows(spec, "difference")
    assert (difference["value"], difference["low"], difference["high"]) == (1.16, 0.75, 1.57)
    assert rows(spec, "no-difference") == [{"value": 0, "y": 0, "y2": 24.0}]
    below = spec["vconcat"][1]["layer"][-3]["encoding"]["x"]["scale"]["domain"]
    assert below == [-1, 2]
    less = Difference("Intervention", "Kontrol", -2.2, -3.4, -1.0)
    falling = effect_chart(replace(effect(), differences=[less]), "en")
    assert falling["vconcat"][1]["layer"][-3]["encoding"]["x"]["scale"]["domain"] == [-4, 1]
    assert "Difference, Intervention minus Kontrol: \u22122.20 [" in falling["description"]


def test_what_is_undefined_is_said_and_has_no_sign() -> None:
    unknown = Difference("Intervention", "Kontrol", None, None, None)
    spec = effect_chart(replace(effect(), differences=[unknown]), "da")
    (difference,) = rows(spec, "difference")
    assert "value" not in difference
    assert difference["text"] == "ikke bestemt, ANCOVA, HC2"
    assert is_vega_lite(spec)
    groups = Xml.XML(drawn(spec)).iter("{http://www.w3.org/2000/svg}g")
    signs = [len(each) for each in groups if "mark-symbol" in each.get("class", "")]
    assert signs == [4, 0]


def test_without_a_control_there_is_no_difference() -> None:
    spec = effect_chart(replace(effect(), differences=[]), "da")
    assert len(spec["vconcat"]) == 1
    assert "ingen test" not in " ".join(spec["title"]["subtitle"])
    assert is_vega_lite(spec)


def test_overlap_is_said_to_be_no_test() -> None:
    assert "ingen test" in " ".join(effect_chart(effect(), "da")["title"]["subtitle"])
    assert "is no test" in " ".join(effect_chart(effect(), "en")["title"]["subtitle"])


def test_the_text_names_every_number() -> None:
    assert effect_chart(effect(), "en")["description"] == (
        "Effect of the intervention, baseline. Before: Intervention: 3.10 [2.80; 3.40], 27 cases. "
        "After: Intervention: 3.90 [3.60; 4.20], 26 cases. Before: Kontrol: 3.20, 1 case. "
        "After: Kontrol: 2.74 [2.40; 3.08], 25 cases. "
        "Difference, Intervention minus Kontrol: +1.16 [0.75; 1.57], ANCOVA, HC2."
    )


def test_without_an_effect_there_is_nothing() -> None:
    assert effect_of(None) is None
    assert effect_chart(None, "da") == nothing_to_show("da")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_arms_are_shown_as_they_are(name: str) -> None:
    root = Xml.XML(drawn(effect_chart(effect(name), "en")))
    shown = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert f"Before: {name}" in shown


def test_takes_means_and_the_primary_analysis_from_the_released_effect() -> None:
    view = released_effect(STUDY, WAVES, trial(), GroupSize(5))
    assert view is not None
    spec = effect_chart(effect_of(view), "da")
    means = rows(spec, "means")
    labels = [each["label"] for each in means]
    assert labels == ["Før: With", "Efter: With", "Før: Control", "Efter: Control"]
    usual, treated = view.arms
    released = [each.mean for arm in (treated, usual) for each in (arm.before, arm.after)]
    assert [each["value"] for each in means] == [each.value for each in released]
    assert [each.get("low") for each in means] == [each.interval.low for each in released]
    (shown,), (compared,) = rows(spec, "difference"), view.comparisons
    assert shown["label"] == "With minus Control"
    assert shown["value"] == compared.ancova.effect.value
    assert (shown["low"], shown["high"]) == (
        compared.ancova.effect.interval.low,
        compared.ancova.effect.interval.high,
    )
    assert [each["wave"] for each in spec["usermeta"]["samspil"]["provenance"]] == [*WAVES]
