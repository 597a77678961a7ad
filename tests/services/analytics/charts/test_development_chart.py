"""Development: a row for each wave of each group, in the order given, waves told by shape and name."""

from services.analytics.charts.development_chart import (
    Development,
    development_chart,
    development_of,
    development_of_capacities,
)
from services.analytics.charts.frame import nothing_to_show
from services.analytics.collaboration.development import group_development
from services.analytics.collaboration.group_results import GroupSeen
from services.analytics.cuts.schemas import (
    Attribute,
    Capacities,
    CapacityDevelopment,
    CapacityView,
    CutFiguresView,
    Direction,
    PartyView,
)
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import IntervalView
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


def test_a_cut_over_time_has_its_intervals() -> None:
    party = PartyView(key="Lærer", label="Lærer")
    whole = figures(3.0, 2.5, 3.5)
    waves = [
        Capacities(
            provenance=PROVENANCE.model_copy(update={"wave": wave}),
            direction=Direction.GIVEN,
            by=Attribute.PROFESSIONAL_GROUP,
            overall=whole,
            cuts=[
                CapacityView(party=PartyView(key=None, label=None), figures=figures(2.0, None, None)),
                CapacityView(party=party, figures=found),
            ],
        )
        for wave, found in (("baseline", figures(4.0, 3.1, 4.9)), ("follow-up", figures(4.5, 3.7, 5.3)))
    ]
    shown = development_of_capacities(CapacityDevelopment(waves=waves), "en")
    spec = development_chart(shown, "en")
    assert [each["label"] for each in rows(spec, "groups")] == ["Everybody", "Not stated", "Lærer"]
    assert [(each.get("low"), each["value"], each.get("high")) for each in rows(spec, "waves")] == [
        (2.5, 3.0, 3.5),
        (2.5, 3.0, 3.5),
        (None, 2.0, None),
        (None, 2.0, None),
        (3.1, 4.0, 4.9),
        (3.7, 4.5, 5.0),
    ]
    assert len(rows(spec, "waves-intervals")) == 4
    assert (
        "Lærer: baseline 4.00 [3.10; 4.90], 7 raters; follow-up 4.50 [3.70; 5.30], 7 raters."
        in (spec["description"])
    )
    assert spec["title"]["text"].startswith("Relational capacity given")
    assert development_of_capacities(None, "da") is None


def figures(mean: float, low: float | None, high: float | None) -> CutFiguresView:
    interval = IntervalView(low=low, high=high, level=0.95)
    return CutFiguresView(mean=mean, spread=0.5, dyads=20, raters=7, rated=6, interval=interval)
