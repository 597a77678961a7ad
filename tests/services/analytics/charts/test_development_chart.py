"""Development: a row for each wave of each group, in the order given, waves told by shape and name."""

from services.analytics.charts.development_chart import Development, development_chart, development_of
from services.analytics.charts.frame import nothing_to_show
from services.analytics.collaboration.development import group_development
from services.analytics.collaboration.group_results import GroupSeen
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.charts.figures import development
from tests.services.analytics.charts.made import PROVENANCE, rows
from tests.services.analytics.collaboration.groups_by_hand import ANNE, GROUP, held_groups
from tests.services.analytics.collaboration.test_development import wholes

GROUPS = ["Lærere", "Psykologer"]


def test_each_wave_of_each_group_is_a_row() -> None:
    spec = development_chart(development(GROUPS), "da")
    assert [each["label"] for each in rows(spec, "groups")] == GROUPS
    assert [(each["label"], each["text"], each["shape"]) for each in rows(spec, "waves")] == [
        ("baseline", "2,84, 12 bedømmere", "circle"),
        ("follow-up", "3,42, 1 bedømmer", "square"),
        ("follow-up", "ikke bestemt, 0 bedømmere", "square"),
    ]
    ys = [each["y"] for each in [*rows(spec, "groups"), *rows(spec, "waves")]]
    assert len({*ys}) == len(ys)


def test_groups_without_a_wave_are_left_out() -> None:
    assert development_chart(Development([PROVENANCE], ["baseline"], []), "da") == nothing_to_show("da")
    assert development_of(None) is None
    assert development_chart(None, "en") == nothing_to_show("en")


def test_the_text_names_every_number_and_the_change() -> None:
    assert development_chart(development(GROUPS), "en")["description"] == (
        "Development of the collaboration group. "
        "Lærere: baseline 2.84, 12 raters; follow-up 3.42, 1 rater; "
        "change +0.58. Psykologer: follow-up undefined, 0 raters."
    )


def test_takes_the_whole_and_each_group_from_the_released_development() -> None:
    held = held_groups(*wholes([5, 5], lambda _p, whole: 2 + whole, lambda _p, whole: 4 - whole))
    view = group_development(GroupSeen(GROUP, ANNE), held, GroupSize(5))
    assert view is not None
    spec = development_chart(development_of(view), "da")
    assert [each["label"] for each in rows(spec, "groups")] == ["Hele gruppen", "Gruppe 0", "Gruppe 1"]
    assert [(each["label"], each["value"]) for each in rows(spec, "waves")] == [
        ("baseline", 2.5),
        ("follow-up", 3.5),
        ("baseline", 2.0),
        ("follow-up", 4.0),
        ("baseline", 3.0),
        ("follow-up", 3.0),
    ]
    assert "Gruppe 0: baseline 2,00, 5 bedømmere; follow-up 4,00" in spec["description"]
    assert "ændring +2,00" in spec["description"]
    assert [each["wave"] for each in spec["usermeta"]["samspil"]["provenance"]] == ["baseline", "follow-up"]
