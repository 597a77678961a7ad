"""Which items of two versions can be compared, by the crosswalks that versions name; pure."""

from collections.abc import Iterator, Mapping

from services.survey.instruments.definition import Instrument
from shared.errors import FieldError

Versions = Mapping[int, Instrument]


def comparable_items(versions: Versions, earlier: int, later: int) -> dict[str, str]:
    """Return the later version's items that can be compared, each with the earlier version's item.

    A version that names no crosswalk to the earlier one is compared by way of one in between.
    """
    reached = {earlier: {item: item for item in versions[earlier].item_ids}}
    for version in sorted(each for each in versions if earlier < each <= later):
        reached[version] = _step(versions[version], earlier, reached)
    return reached[later]


def _step(instrument: Instrument, earlier: int, reached: Mapping[int, dict[str, str]]) -> dict[str, str]:
    """Follow a version's own crosswalk: straight to the earlier version, or else to the newest between."""
    named = {part.version: part.items for part in instrument.crosswalk}
    for between in (earlier, *sorted((each for each in named if each > earlier), reverse=True)):
        further = reached.get(between, {})
        found = {own: further[item] for own, item in named.get(between, {}).items() if item in further}
        if found:
            return found
    return {}


def unfounded(instrument: Instrument, versions: Versions) -> Iterator[FieldError]:
    """Yield each crosswalk that names what the earlier versions don't have, or compares other scales."""
    for index, part in enumerate(instrument.crosswalk):
        earlier = versions.get(part.version)
        pointer = f"/crosswalk/{index}"
        if earlier is None:
            yield FieldError(f"{pointer}/version", "unknown-version", "There is no such published version.")
            continue
        if not set(part.items.values()) <= set(earlier.item_ids):
            yield FieldError(f"{pointer}/items", "unknown-item", "It names an item the earlier one lacks.")
        if (earlier.scale, earlier.score_map) != (instrument.scale, instrument.score_map):
            yield FieldError(pointer, "other-scale", "The earlier version has another scale or scores.")
