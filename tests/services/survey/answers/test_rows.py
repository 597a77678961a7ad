"""Rows of an export: long and wide say the same, in all versions, with nothing lost and nothing guessed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.answers.columns import OF_ITEM, SHARED, columns_of, item_columns
from services.survey.answers.pseudonyms import Pseudonyms
from services.survey.answers.rows import AnswersGiven, Layouting, Measured, TextGiven
from services.survey.answers.schemas import Layout
from services.survey.instruments.definition import Instrument, load_catalogue
from shared.contracts.survey import Form, Seat
from shared.spreadsheet import Cell
from tests.services.survey.made_rounds import CITIZEN, LEADERSHIP, NETWORK, colleagues

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOBODY = UUID(int=0)
SHARED_NAMES = [each.name for each in SHARED]
codes = st.sampled_from([-2, -1, 0, 1, 2, 3, 4, 5])
Rows = list[dict[str, Cell]]


def measured(
    key: tuple[str, int],
    respondents: Sequence[Seat],
    subjects: Sequence[Seat],
    answers: Sequence[AnswersGiven],
    asked: bytes | None = None,
) -> Measured:
    """Make a measurement as it is read."""
    instrument = load_catalogue()[key]
    everybody = bytes(int(one.id != other.id) for one in respondents for other in subjects)
    row: Any = SimpleNamespace(
        id=uuid4(),
        round_id=uuid4(),
        case_id=uuid4(),
        group_id=None,
        wave="baseline",
        wave_ordinal=1,
        state="closed",
        visibility="confidential",
        opened_at=AT,
        citizen_resources=None,
        level="complex",
        units=5,
        authority_functions=2,
        instrument=instrument.code,
        instrument_version=instrument.version,
        form=instrument.form,
        items=list(instrument.item_ids),
        focus_items=[instrument.item_ids[0]],
        respondents=[each.model_dump(mode="json", by_alias=True) for each in respondents],
        subjects=[each.model_dump(mode="json", by_alias=True) for each in subjects],
        asked=everybody if asked is None else asked,
    )
    return Measured(row, instrument, answers)


def answered(
    seat: int, cells: Sequence[int], number: int = 1, newest: int = 1, texts: Sequence[TextGiven] = ()
) -> AnswersGiven:
    """Make a version of somebody's answers."""
    form: Any = SimpleNamespace(
        seat=seat,
        kind="professional",
        number=newest,
        submitted_at=AT,
        answered_by="self",
        language="da",
        share_with_team=False,
    )
    return AnswersGiven(form, number, bytes(code & 0xFF for code in cells), AT, tuple(texts))


def laid_out(layout: Layout, several: Sequence[Measured], language: str = "da") -> Rows:
    """Lay measurements out, each row by the names of its columns."""
    instruments = {each.instrument.key: each.instrument for each in several}.values()
    names = columns_of(layout, instruments)
    items = item_columns(instruments) if layout is Layout.WIDE else ()
    layouting = Layouting(layout, items, language, Pseudonyms(b"k" * 32))
    return [dict(zip(names, row, strict=True)) for each in several for row in layouting.rows_of(each)]


def shared(row: dict[str, Cell]) -> tuple[Cell, ...]:
    return tuple(row[name] for name in SHARED_NAMES)


def told_long(rows: Rows) -> dict[tuple[Any, ...], Cell]:
    """Return what long rows tell: all about an answer but its labels, and the answer as wide has it."""
    return {
        (*shared(row), row["itemId"]): row["answerValue"]
        if row["answerKind"] == "rated"
        else row["answerKind"]
        for row in rows
        if row["recordKind"] == "rating"
    }


def told_wide(rows: Rows, instruments: Sequence[Instrument]) -> dict[tuple[Any, ...], Cell]:
    """Return what wide rows tell."""
    return {
        (*shared(row), item): row[item]
        for row in rows
        if row["recordKind"] == "rating"
        for item in item_columns(instruments)
        if row[item] is not None
    }


@st.composite
def networks(draw: st.DrawFn) -> Measured:
    """Draw a network with answers of some, in some versions, some shorter than it is wide now."""
    people = draw(st.integers(2, 4))
    key = draw(st.sampled_from([NETWORK, ("relational-capacity", 2)]))
    seats = colleagues(people, uuid4())
    texts = [
        TextGiven("what-works", seats[0].id, "=1+1", may_quote=True),
        TextGiven("why", NOBODY, "Møderne", may_quote=False),
    ]
    answers: list[AnswersGiven] = []
    for seat in range(people):
        newest = draw(st.integers(0, 2))
        for number in range(1, newest + 1):
            width = draw(st.integers(1, people)) * 6
            cells = draw(st.lists(codes, min_size=width, max_size=width))
            cells[seat * 6 : seat * 6 + 6] = [0] * len(cells[seat * 6 : seat * 6 + 6])
            answers.append(answered(seat, cells, number, newest, texts))
    return measured(key, seats, seats, answers)


class TestLongAndWide:
    @given(several=st.lists(networks(), min_size=1, max_size=3))
    def test_tell_the_same(self, several: list[Measured]) -> None:
        long, wide = laid_out(Layout.LONG, several), laid_out(Layout.WIDE, several)
        found = told_long(long)
        assert found == told_wide(wide, [each.instrument for each in several])
        pairs = sum(len(each.answers) * (len(each.row.respondents) - 1) for each in several)
        assert len(found) == 6 * pairs
        for rows in (long, wide):
            given_texts = [
                (row["textQuestionId"], row["textBody"], row["mayQuote"], row["subjectKey"] is None)
                for row in rows
                if row["recordKind"] == "text"
            ]
            each_form = [("what-works", "=1+1", True, False), ("why", "Møderne", False, True)]
            assert sorted(given_texts) == sorted(each_form * sum(len(each.answers) for each in several))

    @given(one=networks())
    def test_tell_every_code_that_is_stored(self, one: Measured) -> None:
        rows = iter(laid_out(Layout.LONG, [one]))
        words = {0: "not-answered", -1: "dont-know", -2: "dont-work-with"}
        for given_answers in one.answers:
            stored = [code - 256 if code > 127 else code for code in given_answers.cells]
            stored += [0] * (6 * len(one.subjects) - len(stored))
            for place in range(len(one.subjects)):
                for item in range(6 if place != given_answers.form.seat else 0):
                    row, code = next(rows), stored[place * 6 + item]
                    assert (row["respondentSeat"], row["subjectSeat"]) == (
                        given_answers.form.seat + 1,
                        place + 1,
                    )
                    assert row["answerKind"] == words.get(code, "rated")
                    assert row["answerValue"] == (code if code > 0 else None)
            assert [next(rows)["recordKind"] for _ in given_answers.texts] == ["text", "text"]
        assert next(rows, None) is None


class TestVersions:
    def test_questions_of_older_versions_never_vanish(self) -> None:
        """An item that only one version has keeps its column, which is empty in the others' rows."""
        seats = colleagues(2)
        first, second = (load_catalogue()["relational-capacity", version] for version in (1, 2))
        several = [
            measured((each.code, each.version), seats, seats, [answered(0, [0] * 6 + [4] * 6)])
            for each in (second, first)
        ]
        union = item_columns([second, first])
        assert list(union)[:6] == list(first.item_ids)
        assert set(union) == {*first.item_ids, *second.item_ids}
        assert set(first.item_ids) != set(second.item_ids)
        rows = laid_out(Layout.WIDE, several)
        assert [row["instrumentVersion"] for row in rows] == [2, 1]
        for row, instrument in zip(rows, (second, first), strict=True):
            assert {item: row[item] for item in union} == {
                item: 4 if item in instrument.item_ids else None for item in union
            }

    def test_no_item_could_be_taken_for_another_column(self) -> None:
        own = {each.name for each in (*SHARED, *OF_ITEM)}
        assert all(name != name.lower() for name in own)
        assert not own & {item for each in load_catalogue().values() for item in each.item_ids}

    def test_corrections_stand_beside_what_they_corrected(self) -> None:
        seats = colleagues(2)
        one = measured(
            NETWORK, seats, seats, [answered(0, [0] * 6 + [value] * 6, value, 2) for value in (1, 2)]
        )
        rows = laid_out(Layout.WIDE, [one])
        assert [(row["answerVersion"], row["isNewest"], row["mutual-respect"]) for row in rows] == [
            (1, False, 1),
            (2, True, 2),
        ]


class TestSubjects:
    def test_whoever_left_is_in_the_answers_given_before(self) -> None:
        seats = colleagues(3)
        cells = [0] * 6 + [4] * 6 + [0] * 6
        one = measured(NETWORK, seats, seats, [answered(0, cells)], asked=bytes(9))
        assert [row["subjectSeat"] for row in laid_out(Layout.WIDE, [one])] == [2]

    def test_a_leader_has_the_same_key_wherever_they_stand(self) -> None:
        leader = colleagues(1)[0]
        led = colleagues(2, leader.person_id)
        own = measured(LEADERSHIP, led, [Seat(id=uuid4(), label="own-leader")], [answered(0, [4] * 7)])
        network = measured(NETWORK, [leader, *led], [leader, *led], [answered(0, [0] * 18)])
        (about, *_), (of_leader, *_) = laid_out(Layout.WIDE, [own]), laid_out(Layout.WIDE, [network])
        assert about["subjectKind"] == "leader"
        assert about["subjectKey"] == about["respondentLeaderKey"] == of_leader["respondentKey"]

    @pytest.mark.parametrize(
        ("subject", "kind", "group"),
        [
            (colleagues(1)[0], "professional", "Socialrådgiver"),
            (Seat(id=uuid4(), label="Sundhedspleje", role="health"), "group", "Sundhedspleje"),
        ],
    )
    def test_kinds_of_a_network(self, subject: Seat, kind: str, group: str) -> None:
        one = measured(NETWORK, colleagues(1), [subject], [answered(0, [4] * 6)])
        (row,) = laid_out(Layout.WIDE, [one])
        assert (row["subjectKind"], row["subjectProfessionalGroup"]) == (kind, group)

    def test_a_citizen_rates_the_case(self) -> None:
        citizen = Seat(id=uuid4(), label="Borger", role="relative")
        one = measured(CITIZEN, [citizen], [Seat(id=uuid4(), label="Forløb 27")], [answered(0, [5] * 5)])
        (row, *_) = laid_out(Layout.LONG, [one])
        assert one.row.form == Form.CITIZEN
        assert (row["subjectKind"], row["respondentRole"], row["answerLabel"]) == (
            "case",
            "relative",
            one.instrument.options[-1].label.da,
        )


class TestWhoIsTold:
    def test_nobody_is_named_and_ids_are_of_units_alone(self) -> None:
        seats = colleagues(3, uuid4())
        one = measured(NETWORK, seats, seats, [answered(0, [4] * 18)])
        for layout in Layout:
            told = str(laid_out(layout, [one]))
            for seat in seats:
                hidden = (seat.label, seat.leader_label, seat.id, seat.person_id, seat.leader_id)
                assert not [each for each in (*hidden, seat.leader_person_id) if str(each) in told]
            assert str(seats[0].unit_id) in told

    def test_keys_hold_in_one_file_alone(self) -> None:
        who, file, other = uuid4(), Pseudonyms(), Pseudonyms()
        assert file.of(who) == file.of(who) != other.of(who)
        assert (file.of(None), file.of(who) == file.of(uuid4())) == (None, False)

    def test_labels_are_in_the_language_asked_for(self) -> None:
        seats = colleagues(2)
        one = measured(NETWORK, seats, seats, [answered(0, [0] * 6 + [-1] * 6)])
        assert laid_out(Layout.LONG, [one], "en")[0]["answerLabel"] == "Don't know"
