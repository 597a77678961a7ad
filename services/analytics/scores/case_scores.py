"""Works one case's measurements into what is shown of them; pure."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH, Cube, merge, tally
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.person_forms import form_score
from services.analytics.methods.response import Response, response_of
from services.analytics.methods.results import Reason, undefined
from services.analytics.methods.scores import (
    Score,
    dimension_scores,
    given_scores,
    mean_of_dyads,
    mean_of_given,
    pooled_cells,
    received_scores,
    sub_scores,
)
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import one_of
from services.analytics.release.cases import is_shown, shows_dimensions
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import ScoreView, figure, mean_figure, score
from services.analytics.scores.answers import dimension_matrices, marked_pairs
from services.analytics.scores.schemas import (
    CaseResults,
    CaseScoreView,
    MatrixView,
    NamedScore,
    ParticipantScores,
    Provenance,
    RatedScores,
    ResponseQuality,
)
from shared.contracts.survey import Form, RoundState

NOT_RATED = Score(undefined(Reason.NOT_ASKED), cells=0, dyads=0, raters=0)
"""What a participant received where the form asked about groups."""


def provenance_of(measurements: Sequence[Measurement], wave: str) -> Provenance:
    """Say which data figures come from."""
    digest = blake2b(digest_size=12)
    for each in sorted(measurements, key=lambda one: one.state.id.int):
        digest.update(each.state.id.bytes + each.state.version.to_bytes(8, "big"))
    instruments = {f"{each.state.instrument}/{each.state.instrument_version}" for each in measurements}
    return Provenance(data_version=digest.hexdigest(), instruments=sorted(instruments), wave=wave)


def matrix_view(network: Measurement) -> MatrixView:
    """Show the matrix of one network measurement, exactly."""
    dyads = dyads_of(network.cube)
    given, received, is_mutual = given_scores(dyads), received_scores(dyads), network.is_mutual
    return MatrixView(
        provenance=provenance_of([network], network.state.wave),
        visibility=network.state.visibility,
        participants=[
            ParticipantScores(
                id=seat.id,
                label=seat.label,
                professional_group=seat.professional_group,
                given=score(given[place]),
                received=score(received[place] if is_mutual else NOT_RATED),
            )
            for place, seat in enumerate(network.respondents)
        ],
        rated=[
            RatedScores(id=seat.id, label=seat.label, received=score(found))
            for seat, found in zip(network.state.subjects, received, strict=True)
        ],
        cells=[list(map(mean_figure, row)) for row in dyads.matrix()],
        dimensions=dimension_matrices(network),
        dont_know=marked_pairs(network, DONT_KNOW),
        dont_work_with=marked_pairs(network, DONT_WORK_WITH),
    )


def case_results(
    network: Measurement, others: Sequence[Measurement], citizen: ScoreView | None
) -> CaseResults:
    """Show one case's scores."""
    cube = network.cube
    dyads = dyads_of(cube)
    return CaseResults(
        provenance=provenance_of([network, *others], network.state.wave),
        case_score=CaseScoreView(
            mean_of_dyads=score(mean_of_dyads(dyads)),
            mean_of_given=score(mean_of_given(dyads)),
            pooled_cells=score(pooled_cells([cube])),
        ),
        dimensions=named(network.state.items, dimension_scores([cube])),
        sub_scales=named_groups(sub_scores(cube, network.item_groups())),
        response=response_quality([cube]),
        citizen=citizen,
    )


def results_for_others(measurements: Sequence[Measurement], size: GroupSize) -> CaseResults | None:
    """Show one case's scores to whoever is not of its team: over enough people, or not at all."""
    network = one_of(measurements, Form.NETWORK)
    if network is None:
        return None
    return network_for_others(network, [each for each in measurements if each is not network], size)


def network_for_others(
    network: Measurement, beside: Sequence[Measurement], size: GroupSize
) -> CaseResults | None:
    """Show what one closed network says to whoever is not of its team; `beside` are the round's others.

    One order of averaging alone: two of them tell of who has several seats, or who left what open. And no
    rates of "don't know": they may be one person's.
    """
    if network.state.round_state is not RoundState.CLOSED or not is_shown(network, size):
        return None
    results = case_results(network, beside, None)
    dimensions = shows_dimensions(network, size)
    return results.model_copy(
        update={
            "case_score": CaseScoreView(
                mean_of_dyads=results.case_score.mean_of_dyads, mean_of_given=None, pooled_cells=None
            ),
            "dimensions": results.dimensions if dimensions else [],
            "sub_scales": results.sub_scales if dimensions else [],
            "response": results.response.model_copy(
                update={"dont_know_rate": None, "dont_work_with_rate": None}
            ),
        }
    )


def of_enough_people(scores: Sequence[NamedScore], size: GroupSize) -> list[NamedScore]:
    """Return the scores if enough people stand behind each; one left out could be worked out again."""
    enough = all(size.is_reached_by(each.score.raters) for each in scores)
    return list(scores) if enough else []


def shared_citizen_score(measurement: Measurement) -> ScoreView | None:
    """Return the citizens' score if every one who answered shared it with the team."""
    state = measurement.state
    answered = [
        shared
        for shared, submitted in zip(state.shared_with_team, state.submitted, strict=True)
        if submitted
    ]
    if not answered or not all(answered):
        return None
    return score(form_score(measurement.cube, {}).overall)


def named(codes: Sequence[str], scores: Sequence[Score]) -> list[NamedScore]:
    """Put names to scores."""
    return [NamedScore(code=code, score=score(found)) for code, found in zip(codes, scores, strict=True)]


def named_groups(groups: Mapping[str, Score]) -> list[NamedScore]:
    """Show scores of item groups."""
    return named(list(groups), list(groups.values()))


def response_quality(cubes: Sequence[Cube]) -> ResponseQuality:
    """Show how much was answered."""
    responses = [response_of(cube) for cube in cubes]
    response = Response(
        asked=sum(each.asked for each in responses),
        responded=sum(each.responded for each in responses),
    )
    counts = merge(tuple(tally(cube) for cube in cubes))
    return ResponseQuality(
        asked=response.asked,
        responded=response.responded,
        rate=figure(response.rate),
        tier=response.tier,
        dont_know_rate=figure(counts.dont_know_rate),
        dont_work_with_rate=figure(counts.dont_work_with_rate),
    )
