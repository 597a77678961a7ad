"""Development: a row for each wave of each group, in the order given, waves told by shape and name."""

from services.analytics.charts.development_chart import Development, development_chart
from services.analytics.charts.frame import nothing_to_show
from tests.services.analytics.charts.figures import development
from tests.services.analytics.charts.made import PROVENANCE, rows

GROUPS = ["Lærere", "Psykologer"]


def test_each_wave_of_each_group_is_a_row() -> None:
    spec = development_chart(development(GROUPS), "da")
    assert [each["label"] for each in rows(spec, "groups")] == GROUPS
    assert [(each["label"], each["text"], each["shape"]) for each in rows(spec, "waves")] == [
        ("baseline", "2,84 [2,50; 3,20], 12 bedømmere", "circle"),
        ("follow-up", "3,42, 1 bedømmer", "square"),
        ("follow-up", "3,42, 1 bedømmer", "square"),
    ]
    ys = [each["y"] for each in [*rows(spec, "groups"), *rows(spec, "waves")]]
    assert len({*ys}) == len(ys)


def test_groups_without_a_wave_are_left_out() -> None:
    assert development_chart(Development([PROVENANCE], ["baseline"], []), "da") == nothing_to_show("da")
    assert development_chart(None, "en") == nothing_to_show("en")


def test_the_text_names_every_number_and_the_change() -> None:
    assert development_chart(development(GROUPS), "en")["description"] == (
        "Development of each group. "
        "Lærere: baseline 2.84 [2.50; 3.20], 12 raters; follow-up 3.42, 1 rater; "
        "change +0.58. Psykologer: follow-up 3.42, 1 rater."
    )
