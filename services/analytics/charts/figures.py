"""Which released results of all that is closed are drawn, and how; works none of them out itself."""

from functools import partial
from uuid import UUID

from services.analytics.associations.of_wave import associations_seen
from services.analytics.associations.schemas import AssociationsSeen
from services.analytics.charts.development_chart import (
    development_chart,
    development_of,
    development_of_capacities,
)
from services.analytics.charts.distribution_chart import distribution_chart, distribution_of
from services.analytics.charts.effect_chart import effect_chart, effect_of
from services.analytics.charts.frame import Spec
from services.analytics.charts.leadership_chart import leadership_chart, scatter_of
from services.analytics.charts.service import Figure
from services.analytics.collaboration.development import group_development
from services.analytics.collaboration.group_results import GroupSeen
from services.analytics.collaboration.schemas import GroupDevelopment
from services.analytics.cuts.schemas import Attribute, CapacityDevelopment, Direction
from services.analytics.cuts.views import capacity_development
from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.distribution.schemas import CaseScoreDistribution
from services.analytics.release.decisions import GroupSize, shows_points
from services.analytics.studies.effect import effect
from services.analytics.studies.schemas import EffectView
from shared.access.principal import Principal
from shared.audit import Access
from shared.wire import Language


def leadership(wave: str, caller: Principal) -> Figure[AssociationsSeen]:
    """Draw how leadership goes with relational capacity in a wave, as the caller sees it."""
    with_points = shows_points(caller.roles)
    return Figure(partial(associations_seen, wave, with_points=with_points), _leadership)


def _leadership(view: AssociationsSeen | None, language: Language) -> Spec:
    return leadership_chart(scatter_of(view), language)


def distribution(wave: str, cases: GroupSize) -> Figure[CaseScoreDistribution]:
    """Draw how the scores of a wave's cases spread; `cases` is how many each part of it must hold."""
    return Figure(partial(case_score_distribution, wave, cases), partial(_distribution, cases.minimum))


def _distribution(fewest: int, view: CaseScoreDistribution | None, language: Language) -> Spec:
    return distribution_chart(distribution_of(fewest, view), language)


def study_effect(study: UUID, waves: tuple[str, str]) -> Figure[EffectView]:
    """Draw a study's arms before and after, and the effect."""
    return Figure(partial(effect, study, waves), _effect)


def _effect(view: EffectView | None, language: Language) -> Spec:
    return effect_chart(effect_of(view), language)


def development(seen: GroupSeen, access: Access) -> Figure[GroupDevelopment]:
    """Draw how a collaboration group, and each professional group in it, develops."""
    return Figure(partial(group_development, seen), _development, access)


def _development(view: GroupDevelopment | None, language: Language) -> Spec:
    return development_chart(development_of(view), language)


def capacities(direction: Direction, by: Attribute) -> Figure[CapacityDevelopment]:
    """Draw what units, groups or areas receive or give, over all waves."""
    return Figure(partial(capacity_development, direction, by), _capacities, of_cuts=True)


def _capacities(view: CapacityDevelopment | None, language: Language) -> Spec:
    return development_chart(development_of_capacities(view, language), language)
