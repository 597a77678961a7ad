"""Works out how cases' scores spread in a wave, as far as it may be shown; pure."""

from collections.abc import Sequence
from itertools import pairwise

from services.analytics.distribution.bins import (
    EDGES,
    Edges,
    Least,
    ScoredCase,
    are_open,
    counts,
    finest,
)
from services.analytics.distribution.schemas import (
    BinView,
    CaseScoreDistribution,
    LevelSpread,
    QuantileView,
    SpreadView,
)
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.exact import float_mean, float_sd
from services.analytics.methods.grouped import grouped_quantile
from services.analytics.methods.scores import mean_of_dyads
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import figure
from services.analytics.scores.case_scores import provenance_of
from shared.contracts.survey import Form

QUARTERS = (0.25, 0.5, 0.75)


def case_score_distribution(
    code: str, cases: GroupSize, held: Holdings, people: GroupSize
) -> CaseScoreDistribution | None:
    """Show how cases' scores spread; `cases` is how many a part of a distribution must hold."""
    network = held.wave(code).of(Form.NETWORK)
    scored = [found for each in network if (found := _scored(each)) is not None]
    least = Least(people, cases)
    if not _is_shown(scored, least):
        return None
    edges = finest([scored], EDGES, least)
    return CaseScoreDistribution(
        provenance=provenance_of(network, code),
        overall=_spread(scored, edges),
        levels=_levels(scored, edges, least),
    )


def _scored(network: Measurement) -> ScoredCase | None:
    dyads = dyads_of(network.cube)
    found = mean_of_dyads(dyads)
    if found.value.value is None:
        return None
    rated = zip(network.persons(), dyads.included, strict=True)
    people = frozenset(person for person, ratings in rated if ratings.any())
    return ScoredCase(found.value.value, len(people), people, network.state.level or "")


def _is_shown(cases: Sequence[ScoredCase], least: Least) -> bool:
    """Tell whether mean, n and spread may be shown."""
    return least.allows(cases) and are_open(cases, (EDGES[0], EDGES[-1]), least)


def _levels(cases: Sequence[ScoredCase], edges: Edges, least: Least) -> list[LevelSpread]:
    """Show each level, or none: the one left out would be what the others leave of the whole.

    Their bins are made of the whole's, and alike, for the same reason.
    """
    levels = sorted({each.level for each in cases})
    own = [[each for each in cases if each.level == level] for level in levels]
    if len(levels) < 2 or not all(_is_shown(each, least) for each in own):
        return []
    common = finest(own, edges, least)
    return [
        LevelSpread(level=level, spread=_spread(each, common))
        for level, each in zip(levels, own, strict=True)
    ]


def _spread(cases: Sequence[ScoredCase], edges: Edges) -> SpreadView:
    scores = [each.score for each in cases]
    held = counts(cases, edges) if len(edges) > 2 else []
    return SpreadView(
        cases=len(cases),
        people=len(frozenset().union(*(each.people for each in cases))),
        mean=figure(float_mean(scores)),
        sd=figure(float_sd(scores)),
        bins=[
            BinView(low=low, high=high, cases=count)
            for (low, high), count in zip(pairwise(edges), held, strict=False)
        ],
        quantiles=[_quantile(edges, held, share) for share in QUARTERS] if held else [],
    )


def _quantile(edges: Edges, held: Sequence[int], share: float) -> QuantileView:
    found = grouped_quantile(edges, held, share)
    return QuantileView(share=share, value=found.value, reason=found.reason)
