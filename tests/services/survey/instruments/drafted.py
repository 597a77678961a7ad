"""Definitions as a tenant may write them, and what can be done to one so that it is none any more."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

Content = dict[str, Any]
Change = Callable[[Content], None]

_FORMS = ("network", "own-leader", "citizen", "collaboration")
_MORE_LANGUAGES = ("pl", "ar", "kl", "zh-Hant", "pt-BR")


def said(text: str, languages: tuple[str, ...] = ("da", "en")) -> dict[str, str]:
    """Return a text in each language."""
    return {language: f"{text} ({language})" for language in languages}


def _colour_bands(languages: tuple[str, ...]) -> Content:
    return {
        "validated": False,
        "source": said("Ingen", languages),
        "bands": [
            {"code": "low", "atLeast": 10, "colour": "red", "label": said("Lav", languages)},
            {"code": "high", "atLeast": 15.5, "colour": "green", "label": said("Høj", languages)},
        ],
    }


def _asked(ids: list[str], languages: tuple[str, ...], subject: str) -> list[Content]:
    return [
        {
            "id": each,
            "label": said(each, languages),
            "wording": said(f"{subject}{each}", languages),
            "required": True,
        }
        for each in ids
    ]


def definition(
    form: str = "collaboration",
    items: int = 3,
    highest: int = 5,
    more_languages: tuple[str, ...] = (),
    **more: Any,
) -> Content:
    """Return a definition that is in order, with one of every part that its form can have."""
    languages = ("da", "en", *more_languages)
    network = form == "network"
    ids = [f"item-{number}" for number in range(items)]

    def text(words: str) -> dict[str, str]:
        return said(words, languages)

    content: Content = {
        "code": "own-list",
        "version": 2,
        "languages": list(languages),
        "form": form,
        "provenance": text("Vores egen"),
        "title": text("Titel"),
        "introduction": text("Indledning"),
        "scale": {"minimum": 1, "maximum": highest},
        "options": [{"value": value, "label": text(f"{value}")} for value in range(1, highest + 1)],
        "scoreMap": {str(value): value * 10 for value in range(1, highest + 1)},
        "dontKnow": {"label": text("Ved ikke")},
        "selfRating": False,
        "items": _asked(ids, languages, "{subject} " if network else ""),
        "dimensions": [
            {"id": f"dim-{each}", "label": text(each), "aliases": [text(f"or {each}")], "items": [each]}
            for each in ids
        ],
        "subScales": [{"id": "whole", "label": text("Alt"), "items": ids}],
        "texts": [
            {"id": "open", "label": text("Frit"), "wording": text("Hvad nu?"), "maximumLength": 500},
        ],
        "colourBands": _colour_bands(languages),
        "crosswalk": [{"version": 1, "items": {ids[0]: "item-0"}}],
        **more,
    }
    if network:
        content["dontWorkWith"] = {"label": text("Arbejder ikke sammen")}
        each = {"id": "of-each", "label": text("Om hver"), "wording": text("Hvad gør {subject}?")}
        content["texts"].append({**each, "perSubject": True})
    return content


definitions = st.builds(
    definition,
    form=st.sampled_from(_FORMS),
    items=st.integers(1, 8),
    highest=st.integers(2, 11),
    more_languages=st.lists(st.sampled_from(_MORE_LANGUAGES), unique=True, max_size=3).map(tuple),
)
"""Definitions that are in order, of every form."""


_signs = st.text(max_size=5) | st.sampled_from(
    ["\x00", "\ud800", "{subject}", "da", "1", "01", "__class__"]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _signs,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_signs, inner, max_size=4),
    max_leaves=8,
)
"""Whatever JSON can hold, and what it should not."""


def places(content: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path to everything inside a definition."""
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(content, dict):
        inner = content.items()
    elif isinstance(content, list):
        inner = enumerate(content)
    for step, part in inner:
        yield (*path, step)
        yield from places(part, (*path, step))


def put(*path: str | int, value: object) -> Change:
    """Make the change that puts a value somewhere."""

    def change(content: Content) -> None:
        _place(content, path)[path[-1]] = copy.deepcopy(value)

    return change


def drop(*path: str | int) -> Change:
    """Make the change that takes something away."""

    def change(content: Content) -> None:
        del _place(content, path)[path[-1]]

    return change


def add(*path: str | int, value: object) -> Change:
    """Make the change that adds to a list."""

    def change(content: Content) -> None:
        _place(content, path)[path[-1]].append(copy.deepcopy(value))

    return change


def _place(content: Content, path: tuple[str | int, ...]) -> Any:
    place: Any = content
    for step in path[:-1]:
        place = place[step]
    return place


def _item(item_id: str, wording: str = "x") -> dict[str, Any]:
    return {"id": item_id, "label": said("x"), "wording": said(wording)}


MISTAKES: Mapping[str, tuple[Change, str, str]] = {
    "an unknown key": (put("hue", value="red"), "", "extra-forbidden"),
    "an unknown key inside": (put("scale", "step", value=1), "/scale", "extra-forbidden"),
    "a language missing": (drop("title", "en"), "/title/en", "missing"),
    "a language missing in an item": (drop("items", 0, "wording", "da"), "/items/0/wording/da", "missing"),
    "a language missing in an option": (
        drop("options", 0, "label", "en"),
        "/options/0/label/en",
        "missing",
    ),
    "a language nobody declared": (
        put("title", "de", value="Titel"),
        "/title",
        "language-not-declared",
    ),
    "a language nobody has written": (add("languages", value="uk"), "/title", "language-missing"),
    "no Danish among the languages": (drop("languages", 0), "/languages", "language-missing"),
    "a language twice": (add("languages", value="da"), "/languages/2", "language-twice"),
    "a language that is none": (add("languages", value="Dansk"), "/languages/2", "string-pattern-mismatch"),
    "a blank text": (put("introduction", "da", value="  "), "/introduction/da", "string-too-short"),
    "a text that no database keeps": (put("title", "da", value="\x00"), "/title/da", "value-error"),
    "a text of half a sign": (put("title", "da", value="\ud800"), "/title/da", "string-unicode"),
    "a code that is not kebab-case": (put("code", value="Own List"), "/code", "string-pattern-mismatch"),
    "version 0": (put("version", value=0), "/version", "greater-than-equal"),
    "a version that is yes": (put("version", value=True), "/version", "int-type"),
    "an unknown form": (put("form", value="group"), "/form", "enum"),
    "no item": (put("items", value=[]), "/items", "too-short"),
    "an item id twice": (add("items", value=_item("item-0")), "/items/3/id", "id-twice"),
    "an item named as an open question": (add("items", value=_item("open")), "/texts/0/id", "id-twice"),
    "an item that may be required or not": (
        put("items", 0, "required", value="perhaps"),
        "/items/0/required",
        "bool-type",
    ),
    "a sub-scale of an unknown item": (
        put("subScales", 0, "items", value=["trust"]),
        "/subScales/0/items/0",
        "unknown-item",
    ),
    "a sub-scale with an item twice": (
        add("subScales", 0, "items", value="item-0"),
        "/subScales/0/items/3",
        "item-twice",
    ),
    "an empty sub-scale": (put("subScales", 0, "items", value=[]), "/subScales/0/items", "too-short"),
    "a sub-scale id twice": (
        add("subScales", value={"id": "whole", "label": said("x"), "items": ["item-0"]}),
        "/subScales/1/id",
        "id-twice",
    ),
    "an item of two dimensions": (
        add("dimensions", 1, "items", value="item-0"),
        "/dimensions/1/items/1",
        "item-twice",
    ),
    "a dimension of an unknown item": (
        put("dimensions", 0, "items", 0, value="trust"),
        "/dimensions/0/items/0",
        "unknown-item",
    ),
    "two dimensions of one name": (
        put("dimensions", 1, "aliases", 0, "da", value="OR ITEM-0 (DA)"),
        "/dimensions/1/aliases/0",
        "name-twice",
    ),
    "a scale upside down": (put("scale", value={"minimum": 5, "maximum": 1}), "/scale", "no-range"),
    "a scale with a nought, which means unanswered": (
        put("scale", "minimum", value=0),
        "/scale/minimum",
        "greater-than-equal",
    ),
    "a value without an option": (drop("options", 2), "/options", "options-off-scale"),
    "options out of order": (put("options", 0, "value", value=2), "/options", "options-off-scale"),
    "a value without a score": (drop("scoreMap", "2"), "/scoreMap", "scores-off-scale"),
    "a score outside the scale": (put("scoreMap", "99", value=1), "/scoreMap", "scores-off-scale"),
    "a value that is no number": (put("scoreMap", "one", value=1), "/scoreMap/*", "int-type"),
    "a score that is none": (put("scoreMap", "1", value=float("nan")), "/scoreMap/*", "finite-number"),
    "no don't-know": (drop("dontKnow"), "/dontKnow", "missing"),
    "a collaboration one doesn't work with": (
        put("dontWorkWith", value={"label": said("x")}),
        "/dontWorkWith",
        "form-mismatch",
    ),
    "rating oneself where nobody is rated": (put("selfRating", value=True), "/selfRating", "form-mismatch"),
    "a subject where there is none": (
        put("items", 0, "wording", "da", value="{subject} hjælper."),
        "/items/0/wording",
        "subject-misplaced",
    ),
    "an open question about each where there is one": (
        put("texts", 0, "perSubject", value=True),
        "/texts/0/perSubject",
        "form-mismatch",
    ),
    "an open question with no room": (
        put("texts", 0, "maximumLength", value=0),
        "/texts/0/maximumLength",
        "greater-than-equal",
    ),
    "no provenance": (drop("provenance"), "/provenance", "missing"),
    "colour bands that do not ascend": (
        put("colourBands", "bands", 1, "atLeast", value=10),
        "/colourBands/bands",
        "bands-not-ascending",
    ),
    "colour bands that leave low scores out": (
        put("colourBands", "bands", 0, "atLeast", value=11),
        "/colourBands/bands",
        "bands-off-scale",
    ),
    "colour bands past the highest score": (
        put("colourBands", "bands", 1, "atLeast", value=500),
        "/colourBands/bands",
        "bands-off-scale",
    ),
    "colour bands with a code twice": (
        put("colourBands", "bands", 1, "code", value="low"),
        "/colourBands/bands/1/code",
        "id-twice",
    ),
    "colour bands without a source": (drop("colourBands", "source"), "/colourBands/source", "missing"),
    "a crosswalk to itself": (
        put("crosswalk", 0, "version", value=2),
        "/crosswalk/0/version",
        "version-not-earlier",
    ),
    "a crosswalk of an unknown item": (
        put("crosswalk", 0, "items", value={"trust": "item-0"}),
        "/crosswalk/0/items",
        "unknown-item",
    ),
    "a crosswalk of two items to one": (
        put("crosswalk", 0, "items", "item-1", value="item-0"),
        "/crosswalk/0/items",
        "item-twice",
    ),
    "two crosswalks to one version": (
        add("crosswalk", value={"version": 1, "items": {"item-0": "item-0"}}),
        "/crosswalk/1/version",
        "version-twice",
    ),
}
"""What can be wrong with a collaboration form of three items: how, where it is said, and as what."""

# What breaks every definition, whatever its form and size.
EVERYWHERE = (
    "an unknown key",
    "a language missing",
    "a language missing in an item",
    "a language nobody declared",
    "a language nobody has written",
    "a blank text",
    "no item",
    "a sub-scale of an unknown item",
    "an empty sub-scale",
    "a dimension of an unknown item",
    "a scale upside down",
    "options out of order",
    "a value without a score",
    "a score outside the scale",
    "no don't-know",
    "no provenance",
    "colour bands that leave low scores out",
    "colour bands past the highest score",
    "a crosswalk to itself",
    "two crosswalks to one version",
)
