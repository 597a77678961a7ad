"""What a picture says: no person's name unless asked, everything in the language asked for."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.cases.casemap.scene import Mark
from services.cases.casemap.sheet import People, Sheet
from services.cases.casemap.surroundings import Complexity, CountsUnder, MapUnit
from services.cases.casemap.wording import word_map
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.wire import Language
from tests.services.cases.casemap.made import made_map, made_member, made_unit


def worded(*units: MapUnit, language: Language = "da", names: bool = False) -> Sheet:
    return word_map(made_map([list(units)]), language, names=names)


class TestPeople:
    MEMBERS = (
        made_member(1),
        made_member(2),
        made_member(3, primary_contact=True),
        made_member(4, group="Leder", role=ParticipantRole.FACILITATOR),
        made_member(5, group="Leder", role=ParticipantRole.CO_LEADER),
    )

    def test_groups_are_counted_and_who_matters_comes_first(self) -> None:
        sheet = worded(made_unit(1, members=self.MEMBERS))
        assert sheet.areas[0].cards[0].people == (
            People("Socialrådgiver (primær kontakt)", Mark.STAR),
            People("Leder (leder forløbet)", Mark.FLAG),
            People("Leder (medleder)", Mark.FLAG),
            People("2 × Socialrådgiver", Mark.DOT),
        )

    def test_nobody_is_named_unless_asked(self) -> None:
        assert "Person" not in repr(worded(made_unit(1, members=self.MEMBERS)))
        named = worded(made_unit(1, members=self.MEMBERS), names=True)
        assert named.areas[0].cards[0].people[0].text == "Person 3, socialrådgiver (primær kontakt)"
        for member in self.MEMBERS:
            assert member.name in " ".join(named.description)


class TestCards:
    def test_a_part_says_where_it_counts(self) -> None:
        whole = made_unit(1)
        part = made_unit(2, parent=whole.unit, counts_under=whole.counts_under)
        own = made_unit(3, parent=whole.unit)
        lost = made_unit(4, counts_under=None)
        elsewhere = made_unit(5, counts_under=CountsUnder(UUID(int=9), "Skolen", external=False))
        cards = worded(whole, part, own, lost, elsewhere).areas[0].cards
        assert [card.notes for card in cards] == [
            (),
            ("Tæller med i Enhed 1",),
            ("Del af Enhed 1",),
            ("Tæller ikke med",),
            ("Tæller med i Skolen",),
        ]

    def test_roles_are_told_in_words(self) -> None:
        both = worded(made_unit(1, roles=tuple(InvolvementRole)), made_unit(2, roles=()), language="en")
        tags = [[tag.text for tag in card.roles] for card in both.areas[0].cards]
        assert tags == [["Authority", "Provider"], ["Takes part, no role"]]


class TestSheet:
    @pytest.mark.parametrize(
        ("language", "title", "status", "level"),
        [
            ("da", "Hvem er omkring Forløb 27?", "Status 22. november 2026", "Komplekst forløb"),
            ("en", "Who is around Forløb 27?", "As of 22 November 2026", "Complex case"),
        ],
    )
    def test_in_both_languages(self, language: Language, title: str, status: str, level: str) -> None:
        sheet = worded(made_unit(1), language=language)
        assert (sheet.title, sheet.status, sheet.level) == (title, status, level)

    def test_a_level_of_the_municipality_s_own_is_shown_as_it_is_called(self) -> None:
        shown = replace(made_map([]), complexity=Complexity("very-complex", "local/2", 1, 1))
        sheet = word_map(shown, "da", names=False)
        assert sheet.level == "Niveau: very-complex"
        assert [(figure.number, figure.caption) for figure in sheet.figures] == [
            ("1", "tællende enhed"),
            ("1", "myndigheds-funktion"),
            ("0", "fagpersoner"),
            ("0", "love"),
        ]

    def test_the_legend_explains_only_what_is_there(self) -> None:
        marks = {key.mark for key in worded(made_unit(1)).legend}
        assert marks == {Mark.SHIELD, Mark.DOT}
        outside = worded(made_unit(1, external=True, roles=(InvolvementRole.PROVIDER,), members=()))
        assert {key.mark for key in outside.legend} == {Mark.RING, Mark.DASHED_FRAME}

    def test_the_description_lists_everything(self) -> None:
        sheet = worded(made_unit(1), made_unit(2, external=True, members=()))
        assert sheet.description == (
            "Status 22. november 2026. Komplekst forløb: 5 tællende enheder, 2 myndighedsfunktioner, "
            "1 fagperson, 1 lov.",
            "Love i forløbet: Barnets lov.",
            "Område 1: Enhed 1 (myndighed, Barnets lov, Socialrådgiver); "
            "Enhed 2 (myndighed, uden for kommunen, Barnets lov, ingen fagpersoner).",
        )

    def test_an_empty_case_says_so(self) -> None:
        sheet = word_map(made_map([]), "da", names=False)
        assert sheet.within_heading == "Ingen enheder er med endnu"
        assert sheet.description[-1] == "Ingen enheder er med endnu."
