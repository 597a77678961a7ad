"""Works out what is different between two versions of an instrument; pure."""

from collections.abc import Iterable

from services.survey.instruments.crosswalks import Versions, comparable_items
from services.survey.instruments.definition import Instrument, Item
from services.survey.instruments.schemas import (
    ComparableItem,
    DifferencesView,
    ItemNamed,
    ItemReworded,
    RequiredChanged,
    ScaleChanged,
)


def differences(versions: Versions, earlier: int, later: int) -> DifferencesView:
    """Compare two of an instrument's versions; those between them tell what can be compared."""
    before, after = versions[earlier], versions[later]
    old = {item.id: item for item in before.items}
    new = {item.id: item for item in after.items}
    kept = [item for item in after.item_ids if item in old]
    comparable = comparable_items(versions, earlier, later)
    return DifferencesView(
        code=after.code,
        from_version=earlier,
        to_version=later,
        form_changed=before.form != after.form,
        items_added=_named(item for item in after.items if item.id not in old),
        items_removed=_named(item for item in before.items if item.id not in new),
        items_reworded=[
            ItemReworded(item_id=each, before=old[each].wording, after=new[each].wording)
            for each in kept
            if old[each].wording != new[each].wording
        ],
        order_changed=kept != [item for item in before.item_ids if item in new],
        required_changed=[
            RequiredChanged(item_id=each, required=new[each].required)
            for each in kept
            if old[each].required != new[each].required
        ],
        scale_changed=_scale_changed(before, after),
        comparable_items=[
            ComparableItem(item_id=item, earlier_item_id=comparable[item])
            for item in after.item_ids
            if item in comparable
        ],
    )


def _named(items: Iterable[Item]) -> list[ItemNamed]:
    return [ItemNamed(item_id=item.id, label=item.label, wording=item.wording) for item in items]


def _scale_changed(before: Instrument, after: Instrument) -> ScaleChanged | None:
    if (before.scale, before.score_map) == (after.scale, after.score_map):
        return None
    return ScaleChanged(
        before=before.scale,
        after=after.scale,
        scores_before=_scores(before),
        scores_after=_scores(after),
    )


def _scores(instrument: Instrument) -> dict[str, float]:
    return {str(value): score for value, score in instrument.score_map.items()}
