"""What is left of a roster: those erased are off both axes, everybody else's cells are untouched."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.survey.erasure.remainder import FrozenRoster, Gone, without
from shared.contracts.survey import Form, Seat

ITEMS = 2
NOBODY = Gone(frozenset(), frozenset())


def seat(number: int, leader: int | None = None, person: int | None = None) -> Seat:
    return Seat(
        id=UUID(int=number),
        person_id=UUID(int=100 + (person or number)),
        label=f"P{number}",
        leader_id=UUID(int=leader) if leader else None,
        leader_label=f"L{leader}" if leader else None,
    )


def network(*seats: Seat) -> FrozenRoster:
    asked = bytes(int(one.person_id != other.person_id) for one in seats for other in seats)
    return FrozenRoster(Form.NETWORK, seats, seats, asked)


def persons(*numbers: int) -> Gone:
    return Gone(frozenset(UUID(int=100 + number) for number in numbers), frozenset())


def others(*numbers: int) -> Gone:
    return Gone(frozenset(), frozenset(UUID(int=number) for number in numbers))


class TestNetwork:
    def test_a_person_goes_from_both_axes(self) -> None:
        left = without(network(seat(1), seat(2), seat(3)), persons(2))
        assert left.roster == network(seat(1), seat(3))
        assert (left.rows, left.columns) == ((0, 2), (0, 2))
        assert [left.row_of(place) for place in range(3)] == [0, None, 1]

    def test_a_person_with_two_employments_goes_with_both(self) -> None:
        left = without(network(seat(1), seat(2, person=1), seat(3), seat(4)), persons(1))
        assert left.roster == network(seat(3), seat(4))

    def test_one_employment_alone_can_go(self) -> None:
        left = without(network(seat(1), seat(2, person=1), seat(3)), others(1))
        assert left.roster == network(seat(2, person=1), seat(3))

    def test_a_leader_leaves_no_name_behind(self) -> None:
        left = without(network(seat(1, leader=9), seat(2, leader=8)), others(9))
        assert left.roster == network(seat(1), seat(2, leader=8))

    def test_cells_about_those_left_stay_as_they_were(self) -> None:
        left = without(network(seat(1), seat(2), seat(3)), persons(2))
        assert left.cells(bytes([0, 0, 5, 4, 255, 254]), ITEMS) == bytes([0, 0, 255, 254])

    def test_one_person_alone_measures_nothing(self) -> None:
        team = network(seat(1), seat(2), seat(3, person=2))
        assert team.is_measurable
        assert not without(team, persons(1)).roster.is_measurable

    def test_without_anybody_erased_nothing_changes(self) -> None:
        team = network(seat(1, leader=9), seat(2))
        assert without(team, NOBODY).roster == team

    @given(st.integers(2, 8), st.sets(st.integers(1, 8)), st.binary(min_size=16, max_size=16))
    def test_each_cell_left_is_the_cell_it_was(self, size: int, erased: set[int], noise: bytes) -> None:
        seats = [seat(number) for number in range(1, size + 1)]
        left = without(network(*seats), persons(*erased))
        row = noise[: size * ITEMS]
        cells = left.cells(row, ITEMS)
        before = {subject.id: row[place * ITEMS :][:ITEMS] for place, subject in enumerate(seats)}
        after = {each.id: cells[place * ITEMS :][:ITEMS] for place, each in enumerate(left.roster.subjects)}
        assert after == {one: before[one] for one in before if one.int not in erased}
        assert left.roster.asked == network(*left.roster.respondents).asked


class TestOwnLeader:
    SUBJECT = Seat(id=UUID(int=50), label="own-leader")

    def roster(self, *seats: Seat) -> FrozenRoster:
        return FrozenRoster(Form.OWN_LEADER, seats, (self.SUBJECT,), bytes([1] * len(seats)))

    def test_what_was_said_of_a_leader_goes(self) -> None:
        left = without(self.roster(seat(1, leader=9), seat(2, leader=8)), others(9))
        assert left.roster == self.roster(seat(2, leader=8))
        assert left.columns == (0,)

    def test_one_employee_is_enough_to_measure(self) -> None:
        assert without(self.roster(seat(1, leader=9), seat(2, leader=9)), persons(1)).roster.is_measurable
        assert not without(self.roster(seat(1, leader=9)), persons(1)).roster.is_measurable


class TestCitizen:
    def test_a_citizen_goes_and_the_case_stays(self) -> None:
        case = Seat(id=UUID(int=50), label="Forløb 27")
        family = (Seat(id=UUID(int=1), label="citizen"), Seat(id=UUID(int=2), label="parent"))
        left = without(FrozenRoster(Form.CITIZEN, family, (case,), b"\x01\x01"), others(1))
        assert left.roster == FrozenRoster(Form.CITIZEN, family[1:], (case,), b"\x01")
