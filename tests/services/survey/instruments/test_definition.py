"""What an instrument may be: each mistake is found, all at once; the shipped files have none."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.survey.instruments.crosswalks import unfounded
from services.survey.instruments.definition import (
    CATALOGUE,
    CatalogueError,
    Instrument,
    load_catalogue,
    read_instrument,
)
from services.survey.instruments.documents import read_json, read_yaml
from services.survey.instruments.mistakes import field_errors
from shared.contracts.survey import Form
from tests.services.survey.instruments.drafted import (
    EVERYWHERE,
    MISTAKES,
    Change,
    Content,
    definition,
    definitions,
    drop,
    put,
)

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def mistakes(content: object) -> list[tuple[str, str]]:
    """Return where a definition is wrong and how, which it must be."""
    with pytest.raises(ValidationError) as refusal:
        Instrument.model_validate(content)
    return [(each.pointer, each.code) for each in field_errors(refusal.value)]


def written(instrument: Instrument) -> Content:
    return instrument.model_dump(mode="json", by_alias=True)


class TestInstrument:
    @pytest.mark.parametrize("form", Form)
    def test_every_form_can_be_defined(self, form: Form) -> None:
        assert Instrument.model_validate(definition(form)).form is form

    @pytest.mark.parametrize(("change", "pointer", "code"), MISTAKES.values(), ids=MISTAKES.keys())
    def test_each_mistake_is_found(self, change: Change, pointer: str, code: str) -> None:
        content = definition()
        change(content)
        assert (pointer, code) in mistakes(content)

    def test_all_mistakes_are_said_at_once(self) -> None:
        content = definition(items=4)
        put("items", 3, "id", value="item-0")(content)
        put("selfRating", value="no")(content)
        drop("title", "en")(content)
        put("colourBands", "bands", 1, "atLeast", value=10)(content)
        assert set(mistakes(content)) == {
            ("/selfRating", "bool-type"),
            ("/title/en", "missing"),
            ("/items/3/id", "id-twice"),
            ("/subScales/0/items/3", "unknown-item"),
            ("/dimensions/3/items/0", "unknown-item"),
            ("/colourBands/bands", "bands-not-ascending"),
        }

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            (drop("dontWorkWith"), "/dontWorkWith", "form-mismatch"),
            (
                put("items", 0, "wording", "en", value="They share."),
                "/items/0/wording",
                "subject-misplaced",
            ),
            (put("texts", 0, "wording", "en", value="{subject}?"), "/texts/0/wording", "subject-misplaced"),
            (put("texts", 1, "wording", "en", value="Who?"), "/texts/1/wording", "subject-misplaced"),
        ],
    )
    def test_the_network_form_has_subjects(self, change: Change, pointer: str, code: str) -> None:
        content = definition("network")
        change(content)
        assert mistakes(content) == [(pointer, code)]

    @pytest.mark.parametrize("content", [None, [], "x", 1, {}, {"items": {}, "title": [], "scale": 3}])
    def test_what_is_no_definition_is_refused(self, content: object) -> None:
        assert mistakes(content)

    def test_what_is_left_out_has_a_meaning(self) -> None:
        content = definition()
        for name in ("dimensions", "subScales", "texts", "crosswalk"):
            del content[name]
        del content["items"][0]["required"]
        found = Instrument.model_validate(content)
        assert (found.dimensions, found.sub_scales, found.texts, found.crosswalk) == ((), (), (), ())
        assert [item.required for item in found.items] == [False, True, True]

    def test_python_names_are_not_taken_for_its_keys(self) -> None:
        content = definition()
        content["score_map"] = content.pop("scoreMap")
        assert set(mistakes(content)) == {("/scoreMap", "missing"), ("", "extra-forbidden")}

    def test_it_cannot_be_changed(self) -> None:
        instrument = Instrument.model_validate(definition())
        with pytest.raises(ValidationError, match="frozen"):
            instrument.__setattr__("code", "other")

    def test_a_subject_label_is_put_in_and_never_interpreted(self) -> None:
        item = Instrument.model_validate(definition("network", more_languages=("pl",))).items[0]
        about = item.about("{item.id} %s")
        assert about.da.startswith("{item.id} %s item-0")
        assert about.said_in("pl") == "{item.id} %s item-0 (pl)"

    def test_a_text_is_said_in_each_language_and_else_in_danish(self) -> None:
        title = Instrument.model_validate(definition(more_languages=("pt-BR",))).title
        assert [title.said_in(each) for each in ("da", "en", "pt-BR", "pl")] == [
            "Titel (da)",
            "Titel (en)",
            "Titel (pt-BR)",
            "Titel (da)",
        ]


class TestEveryDefinition:
    @settings(max_examples=50)
    @given(definitions)
    def test_comes_back_as_it_was_written_in_json_and_in_yaml(self, content: Content) -> None:
        instrument = Instrument.model_validate(content)
        in_json = json.dumps(written(instrument)).encode()
        in_yaml = yaml.dump(content, Dumper=_DUMPER, allow_unicode=True).encode()
        for document in (read_json(in_json), read_yaml(in_yaml)):
            assert Instrument.model_validate(document) == instrument

    @given(definitions, st.sampled_from(EVERYWHERE))
    def test_is_none_any_more_once_a_rule_is_broken(self, content: Content, mistake: str) -> None:
        change, pointer, code = MISTAKES[mistake]
        change(content)
        assert (pointer, code) in mistakes(content)


class TestCatalogue:
    def test_it_holds_what_the_domain_knows(self) -> None:
        forms = {key: instrument.form for key, instrument in load_catalogue().items()}
        assert forms == {
            ("authority-function-structures", 1): Form.COLLABORATION,
            ("citizen-experienced-quality", 1): Form.CITIZEN,
            ("citizen-experienced-quality", 2): Form.CITIZEN,
            ("coherent-leadership", 1): Form.OWN_LEADER,
            ("midway-form", 1): Form.COLLABORATION,
            ("quality-indicators", 1): Form.COLLABORATION,
            ("relational-capacity", 1): Form.NETWORK,
            ("relational-capacity", 2): Form.NETWORK,
            ("relational-capacity-among-leaders", 1): Form.NETWORK,
            ("relational-coordination", 1): Form.NETWORK,
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

    def test_holistic_orientation_has_its_other_names(self) -> None:
        for code in ("relational-capacity", "relational-capacity-among-leaders"):
            named = {part.id: part for part in load_catalogue()[code, 1].dimensions}["holistic-orientation"]
            assert [named.label.da, *(alias.da for alias in named.aliases)] == [
                "Helhedsorientering",
                "Samarbejdsorientering",
                "Samarbejde",
            ]

    def test_the_second_version_has_contributions_in_place_of_holistic_orientation(self) -> None:
        first, second = (load_catalogue()["relational-capacity", number] for number in (1, 2))
        exchanged = [each for each in zip(first.items, second.items, strict=True) if each[0] != each[1]]
        assert [(old.id, new.label.da) for old, new in exchanged] == [
            ("holistic-orientation", "Faglige bidrag")
        ]

    def test_leaders_are_asked_about_leading_and_never_about_a_case(self) -> None:
        instrument = load_catalogue()["relational-capacity-among-leaders", 1]
        assert instrument.item_ids == load_catalogue()["relational-capacity", 1].item_ids
        for item in instrument.items:
            assert "forløb" not in item.wording.da
            assert "case" not in item.wording.en

    def test_leadership_is_framing_engagement_and_involvement(self) -> None:
        instrument = load_catalogue()["coherent-leadership", 1]
        positions = {
            part.id: tuple(instrument.item_ids.index(item) + 1 for item in part.items)
            for part in instrument.sub_scales
        }
        assert positions == {"framing": (1, 2), "engagement": (3, 4), "involvement": (5, 6, 7)}

    @pytest.mark.parametrize(
        ("code", "version", "items", "texts"),
        [
            ("citizen-experienced-quality", 1, 5, 0),
            ("citizen-experienced-quality", 2, 6, 0),
            ("relational-coordination", 1, 7, 0),
            ("quality-indicators", 1, 8, 0),
            ("authority-function-structures", 1, 8, 0),
            ("midway-form", 1, 6, 3),
        ],
    )
    def test_each_asks_as_much_as_it_should(self, code: str, version: int, items: int, texts: int) -> None:
        instrument = load_catalogue()[code, version]
        assert (len(instrument.items), len(instrument.texts)) == (items, texts)

    def test_authority_functions_are_structures_and_leadership(self) -> None:
        instrument = load_catalogue()["authority-function-structures", 1]
        assert [(part.id, len(part.items)) for part in instrument.sub_scales] == [
            ("structures", 4),
            ("leadership", 4),
        ]

    def test_every_instrument_scores_one_to_five_and_says_it_is_not_validated(self) -> None:
        for instrument in load_catalogue().values():
            assert instrument.score_map == {value: value for value in range(1, 6)}
            assert not instrument.self_rating
            assert not instrument.colour_bands.validated
            assert "vores egne" in instrument.provenance.da
            assert "our own" in instrument.provenance.en

    def test_every_text_is_there_in_both_languages_and_not_the_same(self) -> None:
        for instrument in load_catalogue().values():
            assert instrument.languages == ("da", "en")
            wordings = [each.wording for each in instrument.items]
            wordings += [each.wording for each in instrument.texts]
            for text in (instrument.title, instrument.introduction, *wordings):
                assert text.da != text.en

    def test_an_item_asked_in_two_versions_is_comparable_just_if_it_says_the_same(self) -> None:
        for code in ("relational-capacity", "citizen-experienced-quality"):
            first, second = (load_catalogue()[code, number] for number in (1, 2))
            old = {item.id: item.wording for item in first.items}
            alike = {item.id: item.id for item in second.items if old.get(item.id) == item.wording}
            assert [(part.version, part.items) for part in second.crosswalk] == [(1, alike)]

    def test_every_crosswalk_is_founded(self) -> None:
        catalogue = load_catalogue()
        for instrument in catalogue.values():
            versions = {
                number: each for (code, number), each in catalogue.items() if code == instrument.code
            }
            assert list(unfounded(instrument, versions)) == []

    def test_it_is_read_once_and_cannot_be_changed(self) -> None:
        assert load_catalogue() is load_catalogue()
        assert not hasattr(load_catalogue(), "__setitem__")

    @pytest.mark.parametrize("content", ["{", "{}", "[]"])
    def test_a_wrong_file_is_named(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "broken.v1.json").write_text(content, encoding="utf-8")
        with pytest.raises(CatalogueError, match=r"broken\.v1\.json"):
            load_catalogue(tmp_path)

    def test_a_file_is_named_by_its_code_and_version(self, tmp_path: Path) -> None:
        path = tmp_path / "relational-capacity.v2.json"
        path.write_bytes((CATALOGUE / "relational-capacity.v1.json").read_bytes())
        with pytest.raises(CatalogueError, match=r"should be named relational-capacity\.v1\.json"):
            read_instrument(path)

    def test_every_file_is_read_as_it_stands(self) -> None:
        for path in CATALOGUE.glob("*.json"):
            content: Any = json.loads(path.read_text(encoding="utf-8"))
            assert Instrument.model_validate(content) == read_instrument(path)
            assert list(content["items"][0]) == ["id", "label", "wording"]
