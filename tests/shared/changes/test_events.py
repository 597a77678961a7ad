"""Positions: what is written is read again, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.changes.events import Position, PositionUnknown

SMALL = st.integers(0, 2**31 - 1)
LARGE = st.integers(0, 2**63 - 1)
POSITIONS = st.builds(Position, SMALL, SMALL, LARGE, LARGE)


@given(POSITIONS)
def test_a_position_is_read_as_written(position: Position) -> None:
    assert Position.parse(str(position)) == position


@given(POSITIONS, POSITIONS)
def test_positions_are_ordered_by_number_not_by_text(one: Position, other: Position) -> None:
    def numbers(position: Position) -> list[int]:
        return [int(part) for part in str(position).split(".")]

    assert (one < other) == (numbers(one) < numbers(other))


@given(st.text() | st.from_regex(r"\A[0-9.]{0,90}\Z"))
def test_any_other_text_is_unknown(text: str) -> None:
    try:
        position = Position.parse(text)
    except PositionUnknown:
        return
    assert [int(part) for part in text.split(".")] == [int(part) for part in str(position).split(".")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.1.1",
        "1.1.1.1.1",
        "1.1.1.-1",
        "1.1.1.+1",
        "1.1.1. 1",
        "1.1.1.1\n",
        "1.1.1.\x00",
        "1.1.1.١",
        "1.1.1.²",
        "1.1.1.1e3",
        "1.1.1.0x1",
        "1.1.1._1",
        f"{2**31}.1.1.1",
        f"1.{2**31}.1.1",
        f"1.1.{2**63}.1",
        f"1.1.1.{2**63}",
        "1.1.1." + "9" * 5000,
        "1.1.1.1' OR '1'='1",
    ],
)
def test_forged_positions_are_unknown(text: str) -> None:
    with pytest.raises(PositionUnknown):
        Position.parse(text)
