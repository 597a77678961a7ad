"""Says what a network's pattern suggests to take up in each network meeting; pure; judges nobody."""

from services.analytics.case_team.schemas import (
    MeetingView,
    SourceView,
    SuggestionReasonView,
    SuggestionsView,
    SuggestionView,
)
from services.analytics.case_team.themes import FOCUS, STUDY, THEMES, Meeting, Sign, Theme
from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.network import network_of
from services.analytics.methods.scores import dimension_scores
from services.analytics.projection.measurement import Measurement
from services.analytics.scores.answers import marked_pairs
from services.analytics.scores.case_scores import provenance_of
from shared.wire import Language

LOW_MEAN = 3.5
"""Means below are not `high` in the instruments' bands, which aren't validated."""
WIDE_ASYMMETRY = 1.0
"""A whole scale point between the two views of a pair, on average; not validated either."""

Found = dict[tuple[Sign, str | None], float]


def suggestions_view(network: Measurement, language: Language) -> SuggestionsView:
    """Show what to take up, with reason and source."""
    found = signs(network)
    return SuggestionsView(
        provenance=provenance_of([network], network.state.wave),
        meetings=[
            MeetingView(
                meeting=meeting,
                focus=FOCUS[meeting][language],
                suggestions=[
                    _suggestion(each, found[each.sign, each.dimension], language)
                    for each in THEMES
                    if each.meeting is meeting and (each.sign, each.dimension) in found
                ],
            )
            for meeting in Meeting
        ],
    )


def signs(network: Measurement) -> Found:
    """Return which signs show in a network, each with its value; what isn't known is no sign."""
    found: Found = _low_dimensions(network)
    for sign, mark in ((Sign.DONT_KNOW, DONT_KNOW), (Sign.DONT_WORK_WITH, DONT_WORK_WITH)):
        pairs = marked_pairs(network, mark)
        if pairs:
            found[sign, None] = float(len(pairs))
    return found | _mutual_signs(network) if network.is_mutual else found


def _mutual_signs(network: Measurement) -> Found:
    held = network_of(dyads_of(network.cube))
    asymmetry = held.asymmetry.value
    found: Found = {}
    if asymmetry is not None and asymmetry >= WIDE_ASYMMETRY:
        found[Sign.ASYMMETRY, None] = asymmetry
    # Apart for certain: also if everyone who wasn't rated were strongly related.
    if held.components.fewest > 1:
        found[Sign.APART, None] = float(held.components.fewest)
    return found


def _low_dimensions(network: Measurement) -> Found:
    scores = zip(network.state.items, dimension_scores([network.cube]), strict=True)
    means = {code: score.value.value for code, score in scores}
    return {
        (Sign.DIMENSION, code): mean for code, mean in means.items() if mean is not None and mean < LOW_MEAN
    }


_THRESHOLDS = {Sign.DIMENSION: LOW_MEAN, Sign.ASYMMETRY: WIDE_ASYMMETRY}


def _suggestion(theme: Theme, value: float, language: Language) -> SuggestionView:
    return SuggestionView(
        code=theme.code,
        text=theme.text[language],
        reason=SuggestionReasonView(
            sign=theme.sign,
            dimension=theme.dimension,
            value=value,
            threshold=_THRESHOLDS.get(theme.sign, 1.0),
        ),
        source=SourceView(study=STUDY[language], basis=theme.basis[language]),
    )
