"""Owns the model behind the sample's answers: leaders move collaboration, collaboration citizens."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.local.dataset.rows import (
    DONT_KNOW,
    DONT_WORK_WITH,
    NOT_ANSWERED,
    Case,
    CitizenRow,
    LeadershipRow,
    Member,
    RkRow,
)
from deploy.local.sample.caseload import Caseload
from deploy.local.sample.draw import Draw

BASELINE = 1
FOLLOW_UP = 2

RK_MEAN = 3.05
# Knowledge sharing, knowledge, collaboration, problem solving, innovation, respect.
RK_ITEMS = (0.05, -0.1, 0.0, 0.1, -0.25, 0.2)
LEADERSHIP_MEAN = 3.25
# Leaders score highest on involvement, lowest on framing.
LEADERSHIP_ITEMS = (-0.3, -0.2, 0.0, -0.05, 0.15, 0.2, 0.3)
CITIZEN_MEAN = 3.15
CITIZEN_ITEMS = (-0.2, -0.05, 0.05, 0.0, 0.2)

LEADERSHIP_TO_RK = 0.78
RK_TO_CITIZEN = 0.45
CHANGE = {0: -0.2, 1: 0.85}
ALIKE_EFFECTS = (-1.15, 0.05, 1.1)


@dataclass(frozen=True, slots=True)
class Silence:
    """How often somebody answers nothing at all in a wave."""

    professional: float
    citizen: float


# Many citizens had left the study by its end.
SILENCE = {BASELINE: Silence(0.07, 0.11), FOLLOW_UP: Silence(0.15, 0.37)}
HARDLY_KNOWN = 0.07
DONT_KNOW_OF_HARDLY_KNOWN = 0.55
DONT_KNOW_OTHERWISE = 0.02
WITHOUT_COLLABORATION = 0.015
SKIPPED = 0.006


@dataclass(frozen=True, slots=True)
class Effects:
    """What does not change between the waves: who people are, and where a case starts."""

    leaders: dict[str, float]
    raters: dict[str, float]
    rated: dict[str, float]
    cases: dict[str, float]


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of all waves."""

    rk: tuple[RkRow, ...]
    leadership: tuple[LeadershipRow, ...]
    citizen: tuple[CitizenRow, ...]


def draw_answers(draw: Draw, caseload: Caseload) -> Answers:
    """Everybody's answers, case by case and wave by wave."""
    effects = _effects(draw, caseload)
    rk: list[RkRow] = []
    leadership: list[LeadershipRow] = []
    citizen: list[CitizenRow] = []
    for case in caseload.cases:
        team = [member for member in caseload.members if member.case == case.id]
        for wave in (BASELINE, FOLLOW_UP):
            meeting = Meeting(draw, effects, case, wave)
            for member in team:
                rk += meeting.rate(member, team)
                if member.leader is not None:
                    leadership.append(meeting.rate_leader(member, member.leader))
            citizen.append(meeting.ask_citizen())
    return Answers(tuple(rk), tuple(leadership), tuple(citizen))


def _effects(draw: Draw, caseload: Caseload) -> Effects:
    people = [professional.id for professional in caseload.professionals]
    leaders = sorted({member.leader for member in caseload.members if member.leader is not None})
    cases = {case.id: draw.normal(0.6) for case in caseload.cases}
    cases.update(zip(caseload.alike, ALIKE_EFFECTS, strict=True))
    return Effects(
        leaders={leader: draw.normal(0.5) for leader in leaders},
        raters={person: draw.normal(0.25) for person in people},
        rated={person: draw.normal(0.25) for person in people},
        cases=cases,
    )


class Meeting:
    """One case in one wave, and what each of its people answers."""

    def __init__(self, draw: Draw, effects: Effects, case: Case, wave: int) -> None:
        self._draw = draw
        self._effects = effects
        self._case = case
        self._wave = wave
        self._silence = SILENCE[wave]
        self._collaboration = effects.cases[case.id]
        if wave == FOLLOW_UP:
            self._collaboration += CHANGE[case.arm or 0] + draw.normal(0.3)
        self._silent: set[str] = set()
        self._leadership: dict[str, float] = {}

    def rate(self, member: Member, team: list[Member]) -> Iterator[RkRow]:
        """One member's ratings of all others; who is silent has empty rows."""
        rater = member.professional
        if self._draw.chance(self._silence.professional):
            self._silent.add(rater)
        self._leadership[rater] = self._led(member)
        given = (
            RK_MEAN
            + self._collaboration
            + LEADERSHIP_TO_RK * self._leadership[rater]
            + self._effects.raters[rater]
        )
        for other in team:
            if other.professional != rater:
                answers = self._rating(given, other.professional)
                if rater in self._silent:
                    answers = (NOT_ANSWERED,) * len(RK_ITEMS)
                yield RkRow(self._case.id, self._wave, rater, other.professional, answers)

    def rate_leader(self, member: Member, leader: str) -> LeadershipRow:
        """The same member's rating of the own leader on this case."""
        respondent = member.professional
        level = LEADERSHIP_MEAN + self._leadership[respondent]
        answers = tuple(
            self._answer(level + offset + self._draw.normal(0.55), DONT_KNOW_OTHERWISE)
            for offset in LEADERSHIP_ITEMS
        )
        if respondent in self._silent:
            answers = (NOT_ANSWERED,) * len(LEADERSHIP_ITEMS)
        return LeadershipRow(self._case.id, self._wave, respondent, leader, answers)

    def ask_citizen(self) -> CitizenRow:
        """The citizen feels how the professionals work together, among much else."""
        level = CITIZEN_MEAN + RK_TO_CITIZEN * self._collaboration + self._draw.normal(0.4)
        answers = tuple(
            self._answer(level + offset + self._draw.normal(0.5), DONT_KNOW_OTHERWISE)
            for offset in CITIZEN_ITEMS
        )
        if self._draw.chance(self._silence.citizen):
            answers = (NOT_ANSWERED,) * len(CITIZEN_ITEMS)
        citizen = self._case.id.replace("S", "B")
        return CitizenRow(self._case.id, self._wave, citizen, answers)

    def _led(self, member: Member) -> float:
        own = self._draw.normal(0.4)
        return own if member.leader is None else own + self._effects.leaders[member.leader]

    def _rating(self, given: float, rated: str) -> tuple[int, ...]:
        if self._draw.chance(WITHOUT_COLLABORATION):
            return (DONT_WORK_WITH,) * len(RK_ITEMS)
        hardly = self._draw.chance(HARDLY_KNOWN)
        dont_know = DONT_KNOW_OF_HARDLY_KNOWN if hardly else DONT_KNOW_OTHERWISE
        level = given + self._effects.rated[rated] + self._draw.normal(0.4)
        return tuple(
            self._answer(level + offset + self._draw.normal(0.6), dont_know) for offset in RK_ITEMS
        )

    def _answer(self, level: float, dont_know: float) -> int:
        if self._draw.chance(SKIPPED):
            return NOT_ANSWERED
        if self._draw.chance(dont_know):
            return DONT_KNOW
        return min(5, max(1, int(level + 0.5)))
