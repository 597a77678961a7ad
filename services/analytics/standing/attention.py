"""Works out which cases ask for attention; pure; knows teams and no persons, and gives no verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.analytics.methods.results import Reason
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize, shows_team_results, works_with
from services.analytics.release.envelope import FigureView, ScoreView
from services.analytics.scores.case_scores import provenance_of, shared_citizen_score
from services.analytics.standing.falls import Falls, falls_since
from services.analytics.standing.figures import (
    estimate_of,
    like_cases_view,
    raw_mean_of,
    threshold_view,
)
from services.analytics.standing.like_cases import LikeCases, levels_shown, scores_of
from services.analytics.standing.schemas import (
    AttentionList,
    AttentionReasonView,
    AttentionRow,
    AttentionTerms,
)
from services.analytics.standing.wording import REASONS, SATISFIED, THRESHOLD, AttentionReason
from shared.access.principal import Principal
from shared.contracts.register import CaseState
from shared.contracts.survey import Form
from shared.paging import FigureOrder, PageRequest
from shared.wire import Language


@dataclass(frozen=True, slots=True)
class AttentionQuestion:
    """Who asks for a wave's list, on which terms, and for how much of it.

    `cases` are what the register knows of the tenant's.
    """

    caller: Principal
    wave: str
    terms: AttentionTerms
    page: PageRequest
    language: Language
    cases: Mapping[UUID, CaseState] = field(default_factory=dict)

    @property
    def order(self) -> FigureOrder:
        """The list's order; a cursor goes on in the same list alone."""
        return FigureOrder("attention-list", {"wave": self.wave, **self.terms.model_dump(mode="json")})


@dataclass(frozen=True, slots=True)
class _Found:
    """A case that asks for attention."""

    low: float
    shows_fall: bool
    citizen: ScoreView | None
    reasons: list[AttentionReason]


def attention_list(asked: AttentionQuestion, held: Holdings, size: GroupSize) -> AttentionList | None:
    """Show the cases that ask for attention, of those the caller has to do with."""
    groups = scores_of(held, asked.wave)
    like = groups.get(asked.terms.level)
    if like is None or like.level not in levels_shown(groups, size):
        return None
    limit = threshold_view(asked.terms.threshold, asked.language)
    falls = falls_since(asked.terms.since, asked.wave, asked.terms.level, held)
    cases = _Cases(asked, held, size, like, falls)
    listed = dict(cases.listed(limit.value))
    page, cursor = asked.order.page({each: found.low for each, found in listed.items()}, asked.page)
    earlier = falls.measurements if falls else []
    return AttentionList(
        items=[cases.row(each, listed[each]) for each in page],
        next_cursor=cursor,
        provenance=provenance_of([*like.networks.values(), *earlier], asked.wave),
        like_cases=like_cases_view(like),
        threshold=limit,
        probability=asked.terms.probability,
        citizen_satisfied=threshold_view(None, asked.language, SATISFIED),
        citizen_dissatisfied=threshold_view(None, asked.language, THRESHOLD),
    )


@dataclass(frozen=True, slots=True)
class _Cases:
    """A wave's like cases, as one caller may see them."""

    asked: AttentionQuestion
    held: Holdings
    size: GroupSize
    like: LikeCases
    falls: Falls | None

    def listed(self, threshold: float) -> Iterator[tuple[UUID, _Found]]:
        """Yield the cases that ask for attention; without any variance nothing can be said."""
        if isinstance(self.like.held, Reason):
            return
        # A case's own for its own team, who see it from when the round closed.
        closed = self.held.wave(self.asked.wave).closed_of(Form.CITIZEN)
        citizens = {each.state.case_id: each for each in closed}
        for case_id, network in self.like.networks.items():
            if self._may_see(case_id, network):
                low = self.like.held.below(self.like.places[case_id], threshold)
                found = self._found(case_id, low, citizens.get(case_id))
                if found.reasons:
                    yield case_id, found

    def row(self, case_id: UUID, found: _Found) -> AttentionRow:
        """Show a case that asks for attention."""
        return AttentionRow(
            case_id=case_id,
            estimate=estimate_of(self.like.held, self.like.places[case_id]),
            raw_mean=raw_mean_of(self.like, case_id),
            probability_below=FigureView(value=found.low),
            fall=self.falls.view(case_id) if self.falls and found.shows_fall else None,
            citizen=found.citizen,
            reasons=[
                AttentionReasonView(code=each, text=REASONS[each][self.asked.language])
                for each in found.reasons
            ],
        )

    def _may_see(self, case_id: UUID, network: Measurement) -> bool:
        case = self.asked.cases.get(case_id)
        if (case is not None and not case.is_open) or not self.like.is_beside(case_id, self.size):
            return False
        if self._is_exact(case_id, network):
            return True
        enough = self.size.is_reached_by(len(self.like.raters[case_id]))
        return enough and works_with(self.asked.caller, network.state, case)

    def _is_exact(self, case_id: UUID, network: Measurement) -> bool:
        case = self.asked.cases.get(case_id)
        return shows_team_results(self.asked.caller.person, network.state, case)

    def _found(self, case_id: UUID, low: float, citizens: Measurement | None) -> _Found:
        exact = self._is_exact(case_id, self.like.networks[case_id])
        citizen = shared_citizen_score(citizens) if exact and citizens else None
        shows_fall = self.falls is not None and self.falls.may_be_seen(
            case_id, self.size, lambda each: self._is_exact(case_id, each)
        )
        fell = self.falls.probability_of(case_id) if self.falls and shows_fall else 0.0
        reasons = _reasons(low, fell, citizen, self.asked.terms.probability)
        return _Found(low, shows_fall, citizen, list(reasons))


def _reasons(
    low: float, fell: float, citizen: ScoreView | None, probability: float
) -> Iterator[AttentionReason]:
    if low >= probability:
        yield AttentionReason.LOW
    if fell >= probability:
        yield AttentionReason.FALLING
    if citizen is None or citizen.value is None:
        return
    if low >= probability and citizen.value >= SATISFIED:
        yield AttentionReason.LOW_CITIZEN_SATISFIED
    if low <= 1 - probability and citizen.value < THRESHOLD:
        yield AttentionReason.CITIZEN_DISSATISFIED
