"""Works out how cases' scores spread in a wave, as far as it may be shown; pure."""

from collections.abc import Sequence
from itertools import pairwise

from services.analytics.distribution.bins import EDGES, Edges, allows, are_open, counts, finest
from services.analytics.distribution.schemas import (
    BinView,
    CaseScoreDistribution,
    LevelSpread,
    QuantileView,
    SpreadView,
)
from services.analytics.methods.exact import float_mean, float_sd
from services.analytics.methods.grouped import grouped_quantile
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import Least, ScoredCase, scored
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import figure
from services.analytics.scores.case_scores import provenance_of
from shared.contracts.survey import Form

QUARTERS = (0.25, 0.5, 0.75)


def case_score_distribution(
    code: str, cases: GroupSize, held: Holdings, people: GroupSize
) -> CaseScoreDistribution | None:
    """Show how cases' scores spread; `cases` is how many a part of a distribution must hold."""
    networks = held.wave(code).of(Form.NETWORK)
    found = [(each, network) for network in networks if (each := scored(network, people)) is not None]
    everything, least = [each for each, _ in found], Least(people, cases)
    if not _is_shown(everything, least):
        return None
    edges = finest([everything], EDGES, least)
    return CaseScoreDistribution(
        provenance=provenance_of(networks, code),
        overall=_spread(everything, edges),
        levels=_levels(found, edges, least),
    )


def _is_shown(cases: Sequence[ScoredCase], least: Least) -> bool:
    """Tell whether mean, n and spread may be shown."""
    return allows(least, cases) and are_open(cases, (EDGES[0], EDGES[-1]))


def _levels(
    found: Sequence[tuple[ScoredCase, Measurement]], edges: Edges, least: Least
) -> list[LevelSpread]:
    """Show each level, or none: the one left out would be what the others leave of the whole.

    Their bins are made of the whole's, and alike, for the same reason.
    """
    by_level: dict[str, list[ScoredCase]] = {}
    for case, network in found:
        by_level.setdefault(network.state.level or "", []).append(case)
    levels = sorted(by_level)
    own = [by_level[level] for level in levels]
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
