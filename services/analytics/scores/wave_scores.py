"""Works all cases of one wave into what is shown of them together; pure, and slow enough for a thread."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.analytics.methods.pooled import pooled_scores
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import are_enough, hidden_among, without_dimensions
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import figure
from services.analytics.release.steps import answering
from services.analytics.scores.case_scores import (
    named,
    of_enough_people,
    provenance_of,
    response_quality,
)
from services.analytics.scores.schemas import Overview
from shared.contracts.survey import Form


def overview(code: str, held: Holdings, size: GroupSize) -> Overview | None:
    """Show all cases together, unless too few people answered.

    Cases that enough people answered are shown one by one, too: whoever takes them away is left with the
    others, so these must be none, or enough.
    """
    wave = held.wave(code)
    network = wave.of(Form.NETWORK)
    if not size.is_reached_by(len(answering(network))) or not are_enough(hidden_among(network, size), size):
        return None
    pooled = pooled_scores([each.cube for each in network])
    raters = _raters_by_leader(wave.of(Form.OWN_LEADER))
    return Overview(
        provenance=provenance_of(network, wave.code),
        cases=pooled.cases,
        mean_of_cases=figure(pooled.mean_of_cases),
        sd_of_cases=figure(pooled.sd_of_cases),
        dimensions=(
            of_enough_people(named(network[0].state.items, pooled.dimensions), size)
            if are_enough(without_dimensions(network, size), size)
            else []
        ),
        response=response_quality([each.cube for each in network]),
        leaders=len(raters),
        leaders_reaching_group_size=sum(size.is_reached_by(len(each)) for each in raters.values()),
    )


def _raters_by_leader(forms: Iterable[Measurement]) -> Mapping[UUID, set[UUID]]:
    """Return each leader's distinct own employees with at least one valid answer."""
    raters: dict[UUID, set[UUID]] = {}
    for form in forms:
        for seat, person, answered in zip(form.respondents, form.persons(), form.answering(), strict=True):
            if seat.leader_id is not None:
                raters.setdefault(seat.leader_id, set()).update({person} if answered else ())
    return raters
