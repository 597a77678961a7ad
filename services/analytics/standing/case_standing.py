"""Works out where one case stands among those of like complexity; pure; gives no rank."""

from dataclasses import dataclass
from uuid import UUID

from services.analytics.projection.holdings import Holdings
from services.analytics.release.cases import is_shown
from services.analytics.release.decisions import GroupSize, shows_means, shows_team_results
from services.analytics.scores.case_scores import provenance_of
from services.analytics.standing.figures import (
    estimate_of,
    figure_of,
    like_cases_view,
    position_of,
    probability_below,
    raw_mean_of,
    threshold_view,
)
from services.analytics.standing.like_cases import LikeCases, levels_shown, scores_of
from services.analytics.standing.schemas import CaseStandingView
from shared.access.principal import Principal
from shared.contracts.register import CaseState
from shared.wire import Language


@dataclass(frozen=True, slots=True)
class StandingQuestion:
    """Which case a caller asks about, in which wave, against which limit (None: the default).

    `case` is what the register knows of it.
    """

    case_id: UUID
    wave: str
    caller: Principal
    threshold: float | None
    language: Language
    case: CaseState | None = None


def case_standing(asked: StandingQuestion, held: Holdings, size: GroupSize) -> CaseStandingView | None:
    """Show where a case stands: to its team exactly, to others over enough people."""
    groups = scores_of(held, asked.wave)
    found = next((each for each in groups.values() if asked.case_id in each.networks), None)
    if found is None or found.level not in levels_shown(groups, size):
        return None
    if not found.is_beside(asked.case_id, size) or not _may_see(asked, found, size):
        return None
    place = found.places[asked.case_id]
    threshold = threshold_view(asked.threshold, asked.language)
    return CaseStandingView(
        provenance=provenance_of(list(found.networks.values()), asked.wave),
        like_cases=like_cases_view(found),
        estimate=estimate_of(found.held, place),
        raw_mean=raw_mean_of(found, asked.case_id),
        standard_error=figure_of(found.held, lambda known: known.errors[place]),
        threshold=threshold,
        probability_below=probability_below(found.held, place, threshold.value),
        position=position_of(found.held, place),
    )


def _may_see(asked: StandingQuestion, found: LikeCases, size: GroupSize) -> bool:
    network = found.networks[asked.case_id]
    if shows_team_results(asked.caller.person, network.state, asked.case):
        return True
    return is_shown(network, size) and shows_means(asked.caller, network.state, asked.case)
