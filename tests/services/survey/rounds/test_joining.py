"""A frozen roster follows who comes and goes: from rosters alone."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.rounds.gathering import Gathering
from services.survey.rounds.joining import Frozen, changed_leaders, extend, not_asked_now
from services.survey.rounds.roster import PlannedMeasurement
from services.survey.rounds.schemas import NetworkSubjects, NotAsked, Reason
from shared.contracts.register import LeftOut, LeftOutReason, RosterMember
from shared.contracts.survey import Form
from tests.services.survey.rounds.test_roster import LEADERSHIP, NETWORK, ROUND, member, plan_round, roster

LEADER = UUID(int=70)


def planned(gathering: Gathering, network: bool = True) -> PlannedMeasurement | None:
    found = plan_round(ROUND, gathering, [NETWORK if network else LEADERSHIP]).measurements
    return found[0] if found else None


def frozen(opened: PlannedMeasurement | None, settled: Sequence[int] = ()) -> Frozen:
    assert opened is not None
    return Frozen(
        opened.id,
        opened.instrument.code,
        opened.instrument.form,
        opened.respondents,
        opened.subjects,
        opened.asked,
        frozenset(settled),
    )


def followed(
    before: Sequence[RosterMember], after: Sequence[RosterMember], settled: Sequence[int] = ()
) -> list[list[int]]:
    now = roster(after)
    extended = extend(frozen(planned(roster(before)), settled), planned(now), now.present)
    return [list(extended.row(place)) for place in range(len(extended.respondents))]


ANNE, BO, CARL, DITTE = (member(number) for number in range(4))


class TestNetwork:
    def test_nothing_changes_when_nobody_comes_or_goes(self) -> None:
        before = frozen(planned(roster([ANNE, BO, CARL])), settled=[1])
        now = roster([CARL, ANNE, BO])  # in whatever order
        after = extend(before, planned(now), now.present)
        assert (after.respondents, after.subjects, after.asked) == (
            before.respondents,
            before.subjects,
            before.asked,
        )
        assert after.newcomers == []

    def test_a_newcomer_is_last_and_asked_of_those_who_have_not_submitted(self) -> None:
        rows = followed([ANNE, BO], [ANNE, BO, CARL], settled=[1])
        assert rows == [[0, 1, 1], [1, 0, 0], [1, 1, 0]]

    def test_who_left_is_asked_no_longer_and_about_nobody(self) -> None:
        rows = followed([ANNE, BO, CARL], [ANNE, BO], settled=[1])
        assert rows == [[0, 1, 0], [1, 0, 1], [0, 0, 0]]

    def test_answers_of_who_left_stay(self) -> None:
        assert followed([ANNE, BO, CARL], [ANNE, BO], settled=[2])[2] == [1, 1, 0]

    def test_who_comes_back_has_the_same_seat(self) -> None:
        opened = frozen(planned(roster([ANNE, BO, CARL])))
        without = roster([ANNE, BO])
        left = extend(opened, planned(without), without.present)
        again = roster([CARL, BO, ANNE])
        back = extend(
            Frozen(
                opened.id,
                opened.instrument,
                opened.form,
                left.respondents,
                left.subjects,
                left.asked,
                frozenset(),
            ),
            planned(again),
            again.present,
        )
        assert (back.respondents, back.asked) == (opened.respondents, opened.asked)

    def test_left_alone_nobody_is_asked(self) -> None:
        assert followed([ANNE, BO], [ANNE]) == [[0, 0], [0, 0]]

    def test_a_new_group_is_asked_about(self) -> None:
        doctor = member(5, professional_group="Læge")
        teacher = member(6, professional_group="Pædagog")
        nurse = member(7, professional_group="Sygeplejerske")

        def groups(members: Sequence[RosterMember]) -> PlannedMeasurement:
            return plan_round(ROUND, roster(members), [NETWORK], NetworkSubjects.GROUPS).measurements[0]

        now = roster([doctor, teacher, nurse])
        after = extend(frozen(groups([doctor, teacher])), groups([doctor, teacher, nurse]), now.present)
        assert [seat.label for seat in after.subjects] == ["Læge", "Pædagog", "Sygeplejerske"]
        assert [list(after.row(place)) for place in range(3)] == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]

    @given(
        st.sets(st.integers(0, 7), min_size=2),
        st.sets(st.integers(0, 7)),
        st.sets(st.integers(0, 7)),
    )
    def test_nobody_moves_nothing_submitted_changes_and_nobody_rates_themselves(
        self, before: set[int], after: set[int], settled: set[int]
    ) -> None:
        people = [member(number) for number in sorted(before)]
        opened = frozen(planned(roster(people)), [place for place in settled if place < len(people)])
        now = roster([member(number) for number in sorted(after)])
        found = extend(opened, planned(now), now.present)
        width = len(opened.subjects)
        assert found.respondents[:width] == opened.respondents
        assert found.subjects[:width] == opened.subjects
        assert len(found.asked) == len(found.respondents) * len(found.subjects)
        for place, seat in enumerate(found.respondents):
            row = found.row(place)
            if place in opened.settled:
                assert row == opened.asked[place * width : (place + 1) * width] + bytes(len(row) - width)
            else:
                rated = {each.id for each, asked in zip(found.subjects, row, strict=True) if asked}
                enough = len(now.present) > 1 and seat.id in now.present
                assert rated == (now.present - {seat.id} if enough else set())


class TestOwnLeader:
    def test_who_loses_the_leader_is_still_asked_about_the_one_at_opening(self) -> None:
        led, other = member(1, LEADER), member(2, LEADER)
        now = roster([member(1), other])
        after = extend(
            frozen(planned(roster([led, other]), network=False)), planned(now, network=False), now.present
        )
        assert list(after.asked) == [1, 1]

    def test_who_was_there_without_a_leader_is_not_asked_later(self) -> None:
        before = frozen(planned(roster([member(1, LEADER), member(2)]), network=False))
        now = roster([member(1, LEADER), member(2, LEADER), member(3, LEADER)])
        skipped = {member(2).professional_id}
        after = extend(before, planned(now, network=False), now.present, skipped)
        assert [seat.label for seat in after.respondents] == ["P1", "P3"]

    def test_another_leader_is_noted_and_the_seat_is_as_it_was(self) -> None:
        before = frozen(planned(roster([member(1, LEADER), member(2, LEADER)]), network=False))
        leaders = {member(1).professional_id: UUID(int=71), member(2).professional_id: LEADER}
        (changed,) = changed_leaders([before], leaders)
        assert (changed.id, changed.leader_id) == (member(1).professional_id, LEADER)


class TestNotAskedNow:
    @pytest.mark.parametrize(
        ("left_out", "reason"),
        [
            ([], Reason.LEFT),
            ([LeftOut(id=CARL.professional_id, reason=LeftOutReason.OBJECTED)], Reason.OBJECTED),
        ],
    )
    def test_who_is_gone_is_named_with_the_reason(self, left_out: list[LeftOut], reason: Reason) -> None:
        opened = frozen(planned(roster([ANNE, BO, CARL])))
        now = roster([ANNE, BO], left_out=left_out)
        planned_now = plan_round(ROUND, now, [NETWORK]).not_asked
        found = not_asked_now([], planned_now, [opened], now.present)
        assert found == [NotAsked(instrument=None, respondent_id=CARL.professional_id, reason=reason)]
        assert not_asked_now(found, planned_now, [opened], now.present) == found
        again = roster([ANNE, BO, CARL])
        assert not_asked_now(found, (), [opened], again.present) == []

    def test_a_newcomer_without_leader_is_named(self) -> None:
        opened = frozen(planned(roster([member(1, LEADER), member(2)]), network=False))
        before = [
            NotAsked(
                instrument=LEADERSHIP.code, respondent_id=member(2).professional_id, reason=Reason.NO_LEADER
            )
        ]
        now = roster([member(1), member(2), member(3)])
        found = not_asked_now(before, plan_round(ROUND, now, [LEADERSHIP]).not_asked, [opened], now.present)
        assert [each.respondent_id for each in found] == [
            member(2).professional_id,
            member(3).professional_id,
        ]
        assert opened.form is Form.OWN_LEADER
        assert uuid5(ROUND, "person/1") not in {each.respondent_id for each in found}
