"""The effect: both arms with their intervals, the difference with its own, and no test by overlap."""

from dataclasses import replace

from services.analytics.charts.effect_chart import effect_chart
from services.analytics.charts.frame import nothing_to_show
from tests.services.analytics.charts.figures import effect
from tests.services.analytics.charts.made import rows


def test_arms_stand_in_one_order_before_and_after() -> None:
    assert [(each["label"], each["text"]) for each in rows(effect_chart(effect(), "da"), "means")] == [
        ("Intervention, før", "3,10 [2,80; 3,40], 27 forløb"),
        ("Intervention, efter", "3,90 [3,60; 4,20], 26 forløb"),
        ("Kontrol, før", "3,20, 1 forløb"),
        ("Kontrol, efter", "2,74 [2,40; 3,08], 25 forløb"),
    ]


def test_arms_differ_by_shape_too() -> None:
    shapes = [each["shape"] for each in rows(effect_chart(effect(), "en"), "means")]
    assert shapes == ["circle", "circle", "square", "square"]


def test_what_has_no_interval_has_no_line() -> None:
    labels = [each["label"] for each in rows(effect_chart(effect(), "en"), "means-intervals")]
    assert labels == ["Intervention, before", "Intervention, after", "Control, after"]


def test_the_difference_has_its_own_interval_and_scale() -> None:
    spec = effect_chart(effect(), "en")
    (difference,) = rows(spec, "difference")
    assert (difference["value"], difference["low"], difference["high"]) == (1.16, 0.75, 1.57)
    assert rows(spec, "no-difference") == [{"value": 0, "y": 0, "y2": 24.0}]
    below = spec["vconcat"][1]["layer"][-3]["encoding"]["x"]["scale"]["domain"]
    assert below == [-1, 2]
    falling = effect_chart(replace(effect(), difference=-2.2, low=-3.4, high=-1.0), "en")
    assert falling["vconcat"][1]["layer"][-3]["encoding"]["x"]["scale"]["domain"] == [-4, 1]


def test_overlap_is_said_to_be_no_test() -> None:
    assert "ingen test" in " ".join(effect_chart(effect(), "da")["title"]["subtitle"])
    assert "is no test" in " ".join(effect_chart(effect(), "en")["title"]["subtitle"])


def test_the_text_names_every_number() -> None:
    assert effect_chart(effect(), "en")["description"] == (
        "Effect of the intervention. Intervention, before: 3.10 [2.80; 3.40], 27 cases. "
        "Intervention, after: 3.90 [3.60; 4.20], 26 cases. Control, before: 3.20, 1 case. "
        "Control, after: 2.74 [2.40; 3.08], 25 cases. "
        "Difference, intervention minus control: +1.16 [0.75; 1.57], ANCOVA, HC2."
    )


def test_without_an_effect_there_is_nothing() -> None:
    assert effect_chart(None, "da") == nothing_to_show("da")
