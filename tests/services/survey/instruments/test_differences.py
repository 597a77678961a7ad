"""Differences between two versions: every kind is told, and nothing where there is none."""

from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.instruments.differences import differences
from services.survey.instruments.schemas import DifferencesView
from tests.services.survey.instruments.drafted import Change, Content, definition, drop, put


def first() -> Content:
    return definition(version=1, crosswalk=[])


def compared(*changes: Change) -> DifferencesView:
    later = definition(dimensions=[], subScales=[])
    for change in changes:
        change(later)
    versions = {1: Instrument.model_validate(first()), 2: Instrument.model_validate(later)}
    return differences(versions, 1, 2)


def test_none_are_told_where_there_are_none() -> None:
    found = compared()
    assert (found.code, found.from_version, found.to_version) == ("own-list", 1, 2)
    assert (found.items_added, found.items_removed) == ([], [])
    assert (found.items_reworded, found.required_changed) == ([], [])
    assert not found.form_changed
    assert not found.order_changed
    assert found.scale_changed is None
    assert [(each.item_id, each.earlier_item_id) for each in found.comparable_items] == [
        ("item-0", "item-0")
    ]


def test_another_id_is_another_item() -> None:
    found = compared(put("items", 1, "id", value="newcomer"))
    assert [each.item_id for each in found.items_added] == ["newcomer"]
    assert [each.item_id for each in found.items_removed] == ["item-1"]
    assert not found.order_changed


def test_an_item_taken_away_changes_no_order() -> None:
    found = compared(drop("items", 1))
    assert [each.item_id for each in found.items_removed] == ["item-1"]
    assert not found.order_changed


def test_another_wording_is_shown_before_and_after() -> None:
    (found,) = compared(put("items", 2, "wording", "da", value="Anderledes")).items_reworded
    assert (found.item_id, found.before.da, found.after.da) == ("item-2", "item-2 (da)", "Anderledes")


def test_another_order_is_told() -> None:
    items = first()["items"]
    assert compared(put("items", value=items[::-1])).order_changed


def test_what_need_not_be_answered_any_more_is_told() -> None:
    (found,) = compared(put("items", 0, "required", value=False)).required_changed
    assert (found.item_id, found.required) == ("item-0", False)


def test_another_form_is_told() -> None:
    assert compared(put("form", value="citizen")).form_changed


def test_other_scores_are_another_scale() -> None:
    found = compared(put("scoreMap", "5", value=100)).scale_changed
    assert found is not None
    assert (found.scores_before["5"], found.scores_after["5"]) == (50, 100)
    assert found.before == found.after


def test_relational_capacity_tells_the_one_exchanged() -> None:
    versions = {number: load_catalogue()["relational-capacity", number] for number in (1, 2)}
    found = differences(versions, 1, 2)
    assert [each.item_id for each in found.items_added] == ["professional-contributions"]
    assert [each.item_id for each in found.items_removed] == ["holistic-orientation"]
    assert len(found.comparable_items) == 5
