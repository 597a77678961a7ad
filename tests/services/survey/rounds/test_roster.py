"""Who is asked about whom: planned from a roster alone."""

from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.rounds.effort import effort_of, preview_of
from services.survey.rounds.gathering import Gathering, around_case, in_group
from services.survey.rounds.roster import Chosen, PlannedMeasurement, RoundPlan
from services.survey.rounds.roster import plan_round as plan_chosen
from services.survey.rounds.schemas import InvitationKind, NetworkSubjects, NotAsked, Reason
from shared.contracts.register import (
    CaseState,
    Contact,
    GroupKind,
    GroupRoster,
    GroupRosterMember,
    GroupState,
    InvolvementRole,
    LeftOut,
    LeftOutReason,
    ParticipantRole,
    Roster,
    RosterCitizen,
    RosterInformed,
    RosterMember,
    SubjectGroup,
)
from shared.contracts.survey import Form

ROUND = UUID(int=1)
CATALOGUE = load_catalogue()
NETWORK = CATALOGUE["relational-capacity", 1]
LEADERSHIP = CATALOGUE["coherent-leadership", 1]
CITIZEN = CATALOGUE["citizen-experienced-quality", 1]
COLLABORATION = NETWORK.model_copy(update={"code": "collaboration", "form": Form.COLLABORATION})
ALL = (NETWORK, LEADERSHIP, CITIZEN)
GROUPS = NetworkSubjects.GROUPS


def plan_round(
    round_id: UUID,
    gathering: Gathering,
    instruments: Sequence[Instrument],
    network: NetworkSubjects = NetworkSubjects.PARTICIPANTS,
) -> RoundPlan:
    return plan_chosen(round_id, gathering, [Chosen(each) for each in instruments], network)


def member(
    number: int, leader: UUID | None = None, person: UUID | None = None, **more: object
) -> RosterMember:
    return RosterMember(
        professional_id=uuid5(ROUND, f"professional/{number}"),
        person_id=person or uuid5(ROUND, f"person/{number}"),
        label=f"P{number}",
        professional_group="Socialrådgiver",
        unit_id=uuid5(ROUND, f"unit/{number}"),
        area_id=UUID(int=3),
        municipality_code="0766",
        leader_id=leader,
        leader_label="Lederen" if leader else None,
        involvement_role=InvolvementRole.PROVIDER,
        role=ParticipantRole.PARTICIPANT,
    ).model_copy(update=more)


def roster(
    members: Sequence[RosterMember], citizens: int = 0, left_out: Sequence[LeftOut] = ()
) -> Gathering:
    told = Roster(
        case_id=UUID(int=2),
        standing=CaseState(version=1, id=UUID(int=2), participants=[]),
        respondent_label="Forløb 27",
        level="ordinary",
        units=1,
        authority_functions=0,
        rule_set="default/1",
        members=list(members),
        citizens=[RosterCitizen(citizen_id=UUID(int=100 + n), relation="citizen") for n in range(citizens)],
        left_out=list(left_out),
        informed=RosterInformed(citizens_at=None, employees_at=None),
    )
    return around_case(told)


def leaders_group(groups: Sequence[str | None]) -> Gathering:
    """A collaboration group with one member for each subject group named."""
    people = [
        GroupRosterMember(**member(number).model_dump(), subject_group=group)
        for number, group in enumerate(groups)
    ]
    told = GroupRoster(
        group_id=UUID(int=7),
        standing=GroupState(
            version=1,
            id=UUID(int=7),
            kind=GroupKind.AUTHORITY_FUNCTION,
            name="Myndighed",
            municipality_code="0766",
            valid_to=None,
            members=[],
        ),
        kind=GroupKind.AUTHORITY_FUNCTION,
        respondent_label="Samarbejdet",
        municipality_code="0766",
        valid_to=None,
        subject_groups=[
            SubjectGroup(code=code, name=code.title()) for code in ("authority", "provider", "empty")
        ],
        members=people,
    )
    return in_group(told)


def only(plan: RoundPlan) -> PlannedMeasurement:
    (measurement,) = plan.measurements
    return measurement


def asked_rows(measurement: PlannedMeasurement) -> list[list[int]]:
    width = len(measurement.subjects)
    return [
        list(measurement.asked[start : start + width]) for start in range(0, len(measurement.asked), width)
    ]


def reasons(plan: RoundPlan, instrument: Instrument) -> list[tuple[UUID | None, str]]:
    return [
        (each.respondent_id, each.reason) for each in plan.not_asked if each.instrument == instrument.code
    ]


class TestNetwork:
    def test_everybody_rates_everybody_else(self) -> None:
        members = [member(number) for number in range(3)]
        planned = only(plan_round(ROUND, roster(members), [NETWORK]))
        assert [seat.id for seat in planned.respondents] == [each.professional_id for each in members]
        assert planned.subjects == planned.respondents
        assert asked_rows(planned) == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]

    def test_one_alone_has_nobody_to_rate(self) -> None:
        plan = plan_round(ROUND, roster([member(1)]), [NETWORK])
        assert (plan.measurements, plan.invitations) == ((), ())
        assert plan.not_asked == (
            NotAsked(instrument=NETWORK.code, respondent_id=None, reason=Reason.TOO_FEW_PARTICIPANTS),
        )

    def test_nobody_rates_their_own_other_employment(self) -> None:
        both = uuid4()
        members = [member(1, person=both), member(2, person=both), member(3)]
        planned = only(plan_round(ROUND, roster(members), [NETWORK]))
        assert asked_rows(planned) == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]

    def test_one_person_with_two_employments_is_alone(self) -> None:
        both = uuid4()
        plan = plan_round(ROUND, roster([member(1, person=both), member(2, person=both)]), [NETWORK])
        assert reasons(plan, NETWORK) == [(None, "too-few-participants")]

    def test_a_seat_keeps_what_the_professional_was_then(self) -> None:
        leader = uuid4()
        planned = only(plan_round(ROUND, roster([member(1, leader), member(2)]), [NETWORK]))
        seat = planned.respondents[0]
        assert (seat.label, seat.professional_group, seat.leader_id) == ("P1", "Socialrådgiver", leader)
        assert (seat.municipality_code, seat.role) == ("0766", "provider")


class TestGroups:
    def test_each_rates_the_professional_groups_of_others_as_wholes(self) -> None:
        groups = ("Læge", "Pædagog", "Pædagog")
        members = [member(number, professional_group=group) for number, group in enumerate(groups)]
        planned = only(plan_round(ROUND, roster(members), [NETWORK], GROUPS))
        assert [(seat.id, seat.label) for seat in planned.subjects] == [
            (uuid5(ROUND, name), name) for name in ("Læge", "Pædagog")
        ]
        assert asked_rows(planned) == [[0, 1], [1, 0], [1, 0]]

    def test_a_collaboration_groups_are_its_subject_groups_and_who_is_in_none_rates_all(self) -> None:
        planned = only(plan_round(ROUND, leaders_group(["authority", "provider", None]), [NETWORK], GROUPS))
        assert [(seat.label, seat.role, seat.person_id) for seat in planned.subjects] == [
            ("Authority", "authority", None),
            ("Provider", "provider", None),
        ]
        assert asked_rows(planned) == [[0, 1], [1, 0], [1, 1]]

    def test_one_group_has_no_other_to_rate(self) -> None:
        plan = plan_round(ROUND, roster([member(1), member(2)]), [NETWORK], GROUPS)
        assert reasons(plan, NETWORK) == [(None, "no-group")]

    def test_nobody_rates_the_group_of_their_other_employment(self) -> None:
        both = uuid4()
        members = [
            member(1, person=both, professional_group="Læge"),
            member(2, person=both, professional_group="Pædagog"),
            member(3, professional_group="Læge"),
        ]
        plan = plan_round(ROUND, roster(members), [NETWORK], GROUPS)
        assert asked_rows(only(plan)) == [[0, 1]]
        assert reasons(plan, NETWORK) == [(each.professional_id, "no-group") for each in members[:2]]


class TestCollaboration:
    def test_each_rates_all_of_it_as_one(self) -> None:
        gathering = leaders_group(["authority", None])
        planned = only(plan_round(ROUND, gathering, [COLLABORATION]))
        assert [(seat.id, seat.label) for seat in planned.subjects] == [(UUID(int=7), "Samarbejdet")]
        assert asked_rows(planned) == [[1], [1]]

    def test_a_group_has_no_citizen_to_ask(self) -> None:
        plan = plan_round(ROUND, leaders_group([None, None]), [CITIZEN])
        assert reasons(plan, CITIZEN) == [(None, "no-citizen")]


class TestLeftOut:
    def test_who_objected_and_whose_employment_ended_is_told_once(self) -> None:
        gone = [
            LeftOut(id=UUID(int=50), reason=LeftOutReason.OBJECTED),
            LeftOut(id=UUID(int=51), reason=LeftOutReason.EMPLOYMENT_ENDED),
        ]
        gathering = roster([member(1), member(2)], left_out=gone)
        plan = plan_round(ROUND, gathering, [NETWORK])
        assert plan.not_asked == (
            NotAsked(instrument=None, respondent_id=UUID(int=50), reason=Reason.OBJECTED),
            NotAsked(instrument=None, respondent_id=UUID(int=51), reason=Reason.EMPLOYMENT_ENDED),
        )
        assert {UUID(int=50), UUID(int=51)} <= gathering.named

    def test_a_leaders_person_is_named_too(self) -> None:
        gathering = roster([member(1, UUID(int=60), leader_person_id=UUID(int=61))])
        assert {UUID(int=60), UUID(int=61)} <= gathering.named


class TestEffort:
    def test_counts_statements_for_each_person_and_for_all(self) -> None:
        both, leader = uuid4(), uuid4()
        members = [member(1, leader, both), member(2, leader, both), member(3)]
        plan = plan_round(ROUND, roster(members), [NETWORK, LEADERSHIP])
        rk, leading = len(NETWORK.items), len(LEADERSHIP.items)
        # Two employments rate the third; the third rates both.
        assert plan.judgements == 4 * rk + 2 * leading
        effort = effort_of(plan)
        assert (effort.most, effort.mean) == (2 * rk + 2 * leading, plan.judgements / 2)
        first = preview_of(plan).measurements[0]
        assert [each.judgements for each in first.respondents] == [rk, rk, 2 * rk]

    def test_nobody_is_no_effort(self) -> None:
        assert effort_of(plan_round(ROUND, roster([]), ALL)).most == 0


class TestContacts:
    def test_a_person_is_reached_by_the_first_employment_with_an_e_mail(self) -> None:
        both = uuid4()
        members = [
            member(1, person=both, contact=Contact(mobile="+4520123456")),
            member(2, person=both, contact=Contact(email="anne@hedensted.example", language="en")),
            member(3),
        ]
        invited = plan_round(ROUND, roster(members), [NETWORK]).invitations
        assert {each.respondent: each.contact.email for each in invited} == {
            both: "anne@hedensted.example",
            member(3).person_id: None,
        }


class TestOwnLeader:
    def test_who_has_no_leader_is_not_asked_and_the_reason_kept(self) -> None:
        led, general_practitioner = member(1, uuid4()), member(2)
        plan = plan_round(ROUND, roster([led, general_practitioner]), [LEADERSHIP])
        assert [seat.id for seat in only(plan).respondents] == [led.professional_id]
        assert reasons(plan, LEADERSHIP) == [(general_practitioner.professional_id, "no-leader")]

    def test_without_any_leader_nobody_is_asked(self) -> None:
        members = [member(1), member(2)]
        plan = plan_round(ROUND, roster(members), [LEADERSHIP])
        assert plan.measurements == ()
        assert reasons(plan, LEADERSHIP) == [
            *((each.professional_id, "no-leader") for each in members),
            (None, "no-leader"),
        ]

    def test_each_rates_the_one_own_leader(self) -> None:
        members = [member(1, uuid4()), member(2, uuid4())]
        planned = only(plan_round(ROUND, roster(members), [LEADERSHIP]))
        assert [seat.leader_id for seat in planned.respondents] == [each.leader_id for each in members]
        assert asked_rows(planned) == [[1], [1]]

    def test_a_leader_in_the_case_is_no_obstacle(self) -> None:
        leader = member(1)
        plan = plan_round(ROUND, roster([leader, member(2, leader.professional_id)]), [LEADERSHIP])
        assert len(only(plan).respondents) == 1


class TestCitizen:
    def test_each_of_the_family_is_asked_about_the_case(self) -> None:
        plan = plan_round(ROUND, roster([], citizens=2), [CITIZEN])
        planned = only(plan)
        assert [seat.id for seat in planned.respondents] == [UUID(int=100), UUID(int=101)]
        assert [seat.label for seat in planned.subjects] == ["Forløb 27"]
        assert asked_rows(planned) == [[1], [1]]
        assert {each.kind for each in plan.invitations} == {InvitationKind.CITIZEN}

    def test_without_a_citizen_nobody_is_asked(self) -> None:
        plan = plan_round(ROUND, roster([member(1), member(2)]), [CITIZEN])
        assert reasons(plan, CITIZEN) == [(None, "no-citizen")]


class TestInvitations:
    def test_one_for_each_person_with_all_their_forms(self) -> None:
        leader = uuid4()
        plan = plan_round(ROUND, roster([member(1, leader), member(2)], citizens=1), ALL)
        assert {each.label: len(each.forms) for each in plan.invitations} == {
            "P1": 2,
            "P2": 1,
            "citizen": 1,
        }

    def test_two_employments_of_one_person_share_one(self) -> None:
        both, leader = uuid4(), uuid4()
        members = [member(1, leader, both), member(2, leader, both), member(3, leader)]
        plan = plan_round(ROUND, roster(members), [NETWORK, LEADERSHIP])
        by_person = {each.respondent: len(each.forms) for each in plan.invitations}
        assert by_person == {both: 4, member(3).person_id: 2}

    def test_every_seat_has_one_form(self) -> None:
        plan = plan_round(ROUND, roster([member(n, uuid4()) for n in range(4)], citizens=2), ALL)
        forms = [(form.measurement, form.seat) for each in plan.invitations for form in each.forms]
        seats = [
            (planned.id, number)
            for planned in plan.measurements
            for number in range(len(planned.respondents))
        ]
        assert sorted(forms) == sorted(seats)
        assert len({form.id for each in plan.invitations for form in each.forms}) == len(forms)

    def test_the_same_round_is_planned_the_same_and_another_is_not(self) -> None:
        people = roster([member(1), member(2)], citizens=1)
        assert plan_round(ROUND, people, ALL) == plan_round(ROUND, people, ALL)
        other = plan_round(UUID(int=9), people, ALL)
        mine = {each.id for each in plan_round(ROUND, people, ALL).invitations}
        assert mine.isdisjoint(each.id for each in other.invitations)

    def test_nobody_makes_an_empty_plan(self) -> None:
        plan = plan_round(ROUND, roster([]), ALL)
        assert (plan.measurements, plan.invitations) == ((), ())
        assert {each.reason for each in plan.not_asked} == {
            "too-few-participants",
            "no-leader",
            "no-citizen",
        }
