"""The rules that hold between the parts of an instrument's definition; finds every one that is broken.

It reads a definition as it was sent and passes over what is malformed there, which is refused elsewhere,
so that whoever writes a definition is told all that is wrong with it at once. It names places and
reasons, never what was sent.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from shared.contracts.survey import Form

SUBJECT = "{subject}"
ALWAYS = ("da", "en")
MOST_LANGUAGES = 20
MOST_LOOKED_AT = 1000
"""So much of a list is looked at; none may be as long, which is refused elsewhere."""

Place = tuple[str | int, ...]
Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One broken rule: where, for programs and for people."""

    place: Place
    code: str
    detail: str


def broken_rules(raw: Raw) -> Iterator[Mistake]:
    """Yield every rule that a definition breaks."""
    for rule in (
        _languages,
        _texts_in_every_language,
        _scale,
        _distinct_ids,
        _known_items,
        _one_dimension_an_item,
        _distinct_names,
        _subjects,
        _form,
        _colour_bands,
        _crosswalk,
    ):
        yield from rule(raw)


def _parts(raw: Raw, name: str) -> Iterator[tuple[Place, Raw]]:
    """Yield the objects of a list with their places."""
    for index, each in enumerate(_list(raw, name)):
        if isinstance(each, Mapping):
            yield (name, index), each


def _list(raw: object, name: str) -> Iterable[object]:
    found = raw.get(name) if isinstance(raw, Mapping) else None
    return islice(found, MOST_LOOKED_AT) if isinstance(found, (list, tuple)) else ()


def _object(raw: Raw, name: str) -> Raw:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _repeated(places: Iterable[tuple[Place, object]], code: str, detail: str) -> Iterator[Mistake]:
    """Yield each value that stood before, at its later places."""
    seen: set[Hashable] = set()
    for place, value in places:
        if isinstance(value, (str, int)):
            if value in seen:
                yield Mistake(place, code, detail)
            seen.add(value)


def _declared(raw: Raw) -> set[str]:
    """Return the languages that texts must have; as many as a definition may declare, and no more."""
    first = islice(_list(raw, "languages"), MOST_LANGUAGES)
    return {each for each in first if isinstance(each, str)} | set(ALWAYS)


def _languages(raw: Raw) -> Iterator[Mistake]:
    said = list(_list(raw, "languages"))
    if said and not set(ALWAYS) <= {each for each in said if isinstance(each, str)}:
        yield Mistake(("languages",), "language-missing", "Danish and English are always there.")
    places = ((("languages", index), each) for index, each in enumerate(said))
    yield from _repeated(places, "language-twice", "This language stands there already.")


def _texts(raw: Raw) -> Iterator[tuple[Place, Raw]]:
    """Yield every text of a definition."""
    bands = _object(raw, "colourBands")
    owners: list[tuple[Place, Raw, tuple[str, ...]]] = [
        ((), raw, ("title", "introduction", "provenance")),
        (("dontKnow",), _object(raw, "dontKnow"), ("label",)),
        (("dontWorkWith",), _object(raw, "dontWorkWith"), ("label",)),
        (("colourBands",), bands, ("source",)),
    ]
    for name in ("options", "items", "dimensions", "subScales", "texts"):
        owners += [(place, part, ("label", "wording")) for place, part in _parts(raw, name)]
    owners += [(("colourBands", *place), part, ("label",)) for place, part in _parts(bands, "bands")]
    for place, owner, names in owners:
        for name in names:
            if isinstance(found := owner.get(name), Mapping):
                yield (*place, name), found
    for place, dimension in _parts(raw, "dimensions"):
        for inner, alias in _parts(dimension, "aliases"):
            yield (*place, *inner), alias


def _texts_in_every_language(raw: Raw) -> Iterator[Mistake]:
    declared = _declared(raw)
    for place, text in _texts(raw):
        if declared - set(ALWAYS) - set(text):  # without Danish or English it is malformed
            yield Mistake(place, "language-missing", "The text is not there in every language declared.")
        if set(text) - declared:
            yield Mistake(place, "language-not-declared", "The text is there in a language not declared.")


def _scale(raw: Raw) -> Iterator[Mistake]:
    scale = _object(raw, "scale")
    low, high = _number(scale.get("minimum")), _number(scale.get("maximum"))
    if low is None or high is None:
        return
    if low >= high:
        yield Mistake(("scale",), "no-range", "The scale's minimum is not below its maximum.")
        return
    if not 1 <= low < high <= 100:
        return
    values = list(range(int(low), int(high) + 1))
    if "options" in raw and [part.get("value") for _, part in _parts(raw, "options")] != values:
        yield Mistake(
            ("options",), "options-off-scale", "The options are not the scale's values in ascending order."
        )
    scores = {str(key) for key in _object(raw, "scoreMap")}
    if "scoreMap" in raw and scores != {str(value) for value in values}:
        yield Mistake(
            ("scoreMap",), "scores-off-scale", "The score map does not hold exactly the scale's values."
        )


def _distinct_ids(raw: Raw) -> Iterator[Mistake]:
    """Items and open questions share their names: both are columns where answers are written out."""
    twice = ("id-twice", "This id stands there already.")
    both = chain(_parts(raw, "items"), _parts(raw, "texts"))
    yield from _repeated((((*place, "id"), part.get("id")) for place, part in both), *twice)
    for name in ("dimensions", "subScales"):
        ids = (((*place, "id"), part.get("id")) for place, part in _parts(raw, name))
        yield from _repeated(ids, *twice)
    bands = _parts(_object(raw, "colourBands"), "bands")
    codes = ((("colourBands", *place, "code"), part.get("code")) for place, part in bands)
    yield from _repeated(codes, *twice)


def _item_ids(raw: Raw) -> set[object]:
    return {part.get("id") for _, part in _parts(raw, "items") if isinstance(part.get("id"), str)}


def _members(raw: Raw, name: str) -> Iterator[tuple[Place, object]]:
    """Yield the items that dimensions or sub-scales name, with their places."""
    for place, part in _parts(raw, name):
        for index, item in enumerate(_list(part, "items")):
            yield (*place, "items", index), item


def _known_items(raw: Raw) -> Iterator[Mistake]:
    known = _item_ids(raw)
    for name in ("dimensions", "subScales"):
        for place, item in _members(raw, name):
            if isinstance(item, str) and item not in known:
                yield Mistake(place, "unknown-item", "There is no such item.")
    for place, part in _parts(raw, "subScales"):
        named = (((*place, "items", index), item) for index, item in enumerate(_list(part, "items")))
        yield from _repeated(named, "item-twice", "This item stands there already.")


def _one_dimension_an_item(raw: Raw) -> Iterator[Mistake]:
    yield from _repeated(_members(raw, "dimensions"), "item-twice", "This item has a dimension already.")


def _distinct_names(raw: Raw) -> Iterator[Mistake]:
    """No two dimensions share a name or another name, or nobody knew which is meant."""
    for language in sorted(_declared(raw)):
        seen: set[str] = set()
        for place, dimension in _parts(raw, "dimensions"):
            texts = [((*place, "label"), _object(dimension, "label"))]
            texts += [((*place, *inner), alias) for inner, alias in _parts(dimension, "aliases")]
            own: set[str] = set()
            for where, text in texts:
                name = text.get(language)
                if isinstance(name, str):
                    if name.strip().casefold() in seen:
                        yield Mistake(where, "name-twice", "Another dimension has this name.")
                    own.add(name.strip().casefold())
            seen |= own


def _is_network(raw: Raw) -> bool | None:
    """Tell whether the form is the network form; None if it is none at all."""
    form = raw.get("form")
    return form == Form.NETWORK if isinstance(form, str) and form in set(Form) else None


def _subjects(raw: Raw) -> Iterator[Mistake]:
    network = _is_network(raw)
    if network is None:
        return
    asked = [(place, part, network) for place, part in _parts(raw, "items")]
    asked += [
        (place, part, network and part.get("perSubject") is True) for place, part in _parts(raw, "texts")
    ]
    for place, part, about_subject in asked:
        said = [each for each in _object(part, "wording").values() if isinstance(each, str)]
        if any(each.count(SUBJECT) != int(about_subject) for each in said):
            yield Mistake(
                (*place, "wording"),
                "subject-misplaced",
                "What is asked about each subject names it once, as {subject}; all else never does.",
            )


def _form(raw: Raw) -> Iterator[Mistake]:
    network = _is_network(raw)
    if network is None:
        return
    if network != (raw.get("dontWorkWith") is not None):
        yield Mistake(
            ("dontWorkWith",), "form-mismatch", "It belongs to the network form, and only to that."
        )
    if network:
        return
    if raw.get("selfRating") is True:
        yield Mistake(("selfRating",), "form-mismatch", "Only in the network form one could rate oneself.")
    for place, part in _parts(raw, "texts"):
        if part.get("perSubject") is True:
            yield Mistake(
                (*place, "perSubject"), "form-mismatch", "Only the network form has several subjects."
            )


def _colour_bands(raw: Raw) -> Iterator[Mistake]:
    bands = list(_parts(_object(raw, "colourBands"), "bands"))
    starts = [_number(part.get("atLeast")) for _, part in bands]
    known = [each for each in starts if each is not None]
    if len(known) != len(starts) or not known:
        return
    place = ("colourBands", "bands")
    if known != sorted(set(known)):
        yield Mistake(place, "bands-not-ascending", "The colour bands do not ascend.")
    scores = [each for each in map(_number, _object(raw, "scoreMap").values()) if each is not None]
    if scores and (min(known) != min(scores) or max(known) > max(scores)):
        yield Mistake(
            place, "bands-off-scale", "The colour bands do not start at the lowest score and stay in range."
        )


def _crosswalk(raw: Raw) -> Iterator[Mistake]:
    own, known = _number(raw.get("version")), _item_ids(raw)
    versions = []
    for place, part in _parts(raw, "crosswalk"):
        version = _number(part.get("version"))
        versions.append(((*place, "version"), part.get("version")))
        if own is not None and version is not None and version >= own:
            yield Mistake((*place, "version"), "version-not-earlier", "The version named is not earlier.")
        items = _object(part, "items")
        if set(items) - known:
            yield Mistake((*place, "items"), "unknown-item", "It names an item that this version lacks.")
        named = [each for each in items.values() if isinstance(each, str)]
        if any(count > 1 for count in Counter(named).values()):
            yield Mistake((*place, "items"), "item-twice", "It names an earlier item twice.")
    yield from _repeated(versions, "version-twice", "This version stands there already.")
