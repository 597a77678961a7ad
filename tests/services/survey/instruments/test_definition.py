"""What an instrument file may hold: each mistake is found; the shipped files have none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.survey.instruments.definition import (
    CATALOGUE,
    CatalogueError,
    Instrument,
    load_catalogue,
    read_instrument,
)
from shared.contracts.survey import Form

NETWORK_FILE = CATALOGUE / "relational-capacity.v1.json"
CITIZEN_FILE = CATALOGUE / "citizen-experienced-quality.v1.json"

Content = dict[str, Any]


def network() -> Content:
    content: Content = json.loads(NETWORK_FILE.read_text(encoding="utf-8"))
    return content


def citizen() -> Content:
    content: Content = json.loads(CITIZEN_FILE.read_text(encoding="utf-8"))
    return content


def put(*path: str | int, value: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


MISTAKES = {
    "an unknown key": (put("colour", value="red"), "Extra inputs"),
    "an unknown key in a text": (put("title", "de", value="Titel"), "Extra inputs"),
    "a missing language": (drop("title", "en"), "Field required"),
    "a language missing in an item": (drop("items", 2, "wording", "da"), "Field required"),
    "a language missing in an option": (drop("options", 0, "label", "en"), "Field required"),
    "a blank text": (put("introduction", "da", value="  "), "at least 1 character"),
    "a code that is not kebab-case": (put("code", value="Relational Capacity"), "pattern"),
    "version 0": (put("version", value=0), "greater than or equal to 1"),
    "an unknown form": (put("form", value="group"), "network"),
    "an item id twice": (put("items", 1, "id", value="innovation"), "innovation stands twice"),
    "no item": (put("items", value=[]), "at least 1 item"),
    "a sub-scale of an unknown item": (
        put("subScales", 0, "items", value=["mutual-trust"]),
        "unknown items",
    ),
    "a sub-scale with an item twice": (
        put("subScales", 0, "items", value=["innovation", "innovation"]),
        "stands twice",
    ),
    "an empty sub-scale": (put("subScales", 0, "items", value=[]), "at least 1 item"),
    "a sub-scale id twice": (put("subScales", 0, "id", value="behaviour"), "stands twice"),
    "a scale upside down": (put("scale", value={"minimum": 5, "maximum": 1}), "not below"),
    "a value without an option": (drop("options", 4), "exactly the scale's values"),
    "options out of order": (put("options", 0, "value", value=2), "exactly the scale's values"),
    "a value without a score": (drop("scoreMap", "3"), "does not cover exactly"),
    "a score outside the scale": (put("scoreMap", "6", value=6), "does not cover exactly"),
    "no don't-know": (drop("dontKnow"), "Field required"),
    "a network form without don't-work-with": (drop("dontWorkWith"), "dontWorkWith belongs"),
    "a network wording without its subject": (
        put("items", 0, "wording", "en", value="They share knowledge."),
        "stands once",
    ),
    "no provenance": (drop("provenance"), "Field required"),
    "colour bands that do not ascend": (
        put("colourBands", "bands", 1, "atLeast", value=4),
        "do not ascend",
    ),
    "colour bands that leave low scores out": (
        put("colourBands", "bands", 0, "atLeast", value=1.5),
        "lowest score",
    ),
    "colour bands past the highest score": (
        put("colourBands", "bands", 2, "atLeast", value=5.5),
        "stay in range",
    ),
    "colour bands without a source": (drop("colourBands", "source"), "Field required"),
}


class TestInstrument:
    def test_an_unchanged_file_is_valid(self) -> None:
        assert Instrument.model_validate(network()).form is Form.NETWORK

    @pytest.mark.parametrize(("change", "reason"), MISTAKES.values(), ids=MISTAKES.keys())
    def test_each_mistake_is_found(self, change: Callable[[Content], None], reason: str) -> None:
        content = network()
        change(content)
        with pytest.raises(ValidationError, match=reason):
            Instrument.model_validate(content)

    def test_only_the_network_form_has_a_subject_and_its_options(self) -> None:
        for change in (
            put("dontWorkWith", value=network()["dontWorkWith"]),
            put("selfRating", value=True),
            put("items", 0, "wording", "da", value="{subject} hjælper mig."),
        ):
            content = citizen()
            change(content)
            with pytest.raises(ValidationError, match="form"):
                Instrument.model_validate(content)

    def test_it_cannot_be_changed(self) -> None:
        instrument = Instrument.model_validate(network())
        with pytest.raises(ValidationError, match="frozen"):
            instrument.__setattr__("code", "other")

    def test_it_is_written_as_it_was_read(self) -> None:
        instrument = Instrument.model_validate(network())
        assert instrument.model_dump(mode="json", by_alias=True) == network()

    def test_a_subject_label_is_put_in_and_never_interpreted(self) -> None:
        item = Instrument.model_validate(network()).items[0]
        assert item.about("{item.id} %s").da.startswith("{item.id} %s deler ")


class TestCatalogue:
    def test_it_holds_the_three_instruments(self) -> None:
        forms = {key: instrument.form for key, instrument in load_catalogue().items()}
        assert forms == {
            ("citizen-experienced-quality", 1): Form.CITIZEN,
            ("coherent-leadership", 1): Form.OWN_LEADER,
            ("relational-capacity", 1): Form.NETWORK,
        }

    def test_relational_capacity_has_the_chart_order_and_both_halves(self) -> None:
        instrument = load_catalogue()["relational-capacity", 1]
        assert instrument.item_ids == (
            "knowledge-sharing",
            "mutual-knowledge",
            "holistic-orientation",
            "problem-solving",
            "innovation",
            "mutual-respect",
        )
        assert {part.id: part.items for part in instrument.sub_scales} == {
            "orientation": ("mutual-knowledge", "holistic-orientation", "mutual-respect"),
            "behaviour": ("knowledge-sharing", "problem-solving", "innovation"),
        }

    def test_leadership_is_framing_engagement_and_involvement(self) -> None:
        instrument = load_catalogue()["coherent-leadership", 1]
        positions = {
            part.id: tuple(instrument.item_ids.index(item) + 1 for item in part.items)
            for part in instrument.sub_scales
        }
        assert positions == {"framing": (1, 2), "engagement": (3, 4), "involvement": (5, 6, 7)}

    def test_citizens_are_asked_five_things(self) -> None:
        assert load_catalogue()["citizen-experienced-quality", 1].item_ids == (
            "coordination",
            "information",
            "involvement",
            "shared-understanding",
            "respect",
        )

    def test_every_instrument_scores_one_to_five_and_says_it_is_not_validated(self) -> None:
        for instrument in load_catalogue().values():
            assert instrument.score_map == {value: value for value in range(1, 6)}
            assert not instrument.self_rating
            assert not instrument.colour_bands.validated

    def test_it_is_read_once_and_cannot_be_changed(self) -> None:
        assert load_catalogue() is load_catalogue()
        assert not hasattr(load_catalogue(), "__setitem__")

    def test_a_wrong_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "broken.v1.json").write_text("{", encoding="utf-8")
        with pytest.raises(CatalogueError, match=r"broken\.v1\.json"):
            load_catalogue(tmp_path)

    def test_a_file_is_named_by_its_code_and_version(self, tmp_path: Path) -> None:
        path = tmp_path / "relational-capacity.v2.json"
        path.write_bytes(NETWORK_FILE.read_bytes())
        with pytest.raises(CatalogueError, match=r"should be named relational-capacity\.v1\.json"):
            read_instrument(path)
