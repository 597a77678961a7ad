"""Relates a case's relational capacity to what the citizen experiences, over all cases and some; pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.analytics.associations.columns import CaseRow
from services.analytics.associations.powers import moderator_power, slope_power, spread_of
from services.analytics.associations.respondents import Floats, floats_of
from services.analytics.associations.schemas import (
    ModerationView,
    PathView,
    ResourcesView,
    RkToCitizenGroup,
    RkToCitizenView,
)
from services.analytics.associations.shown import COMPLEX, FEW, LED, MANY, RESOURCES, UNITS, YES, Shown
from services.analytics.associations.views import SEED, bootstrap_view, percent_view, regression_view
from services.analytics.methods.association import UnitOfAnalysis, rk_to_citizen
from services.analytics.methods.moderation import MANY_UNITS, moderated_slope
from services.analytics.methods.path import path_effects
from services.analytics.methods.resampling import seeded_sums
from services.analytics.methods.slope_bootstrap import DRAWS
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import estimate
from shared.contracts.survey import CitizenResources


def citizen_view(shown: Shown) -> RkToCitizenView | None:
    """Show the slope over all cases, and over those groups that may leave beside it."""
    rows = shown.everything()
    if rows is None:
        return None
    complex_cases = shown.group(COMPLEX, YES)
    many, few = shown.group(UNITS, MANY), shown.group(UNITS, FEW)
    return RkToCitizenView(
        **_group(rows),
        complex_only=None if complex_cases is None else RkToCitizenGroup(**_group(complex_cases)),
        moderation=None if many is None or few is None else _moderation([*many, *few]),
        by_resources=[
            ResourcesView(resources=each, **_group(own))
            for each in CitizenResources
            if (own := shown.group(RESOURCES, each)) is not None
        ],
    )


def path_view(shown: Shown, size: GroupSize) -> PathView | None:
    """Show the path, unless too few employees or leaders stand behind its leadership means."""
    rows = shown.group(LED, YES)
    if rows is None:
        return None
    people = frozenset[object]().union(*(row.led for row in rows))
    leaders = frozenset[object]().union(*(row.leaders for row in rows))
    if not (size.is_reached_by(len(people)) and size.is_reached_by(len(leaders))):
        return None
    found = path_effects(
        floats_of([row.leadership for row in rows]),
        *_columns(rows),
        lambda table: seeded_sums(table, DRAWS, SEED),
    )
    return PathView(
        unit_of_analysis=UnitOfAnalysis.CASE,
        n=found.n,
        leadership_to_rk=estimate(found.leadership_to_rk),
        rk_to_citizen=estimate(found.rk_to_citizen),
        direct=estimate(found.direct),
        total=estimate(found.total),
        indirect=bootstrap_view(found.indirect),
    )


def _group(rows: Sequence[CaseRow]) -> dict[str, Any]:
    rk, citizen = _columns(rows)
    found = rk_to_citizen(rk, citizen)
    return {
        "unit_of_analysis": found.unit_of_analysis,
        "n": found.n,
        "citizens": len({one for row in rows for one in row.citizens}),
        "regression": regression_view(found.regression),
        "percent": percent_view(found.percent),
        "power": slope_power(rk, citizen, found.regression),
    }


def _moderation(rows: Sequence[CaseRow]) -> ModerationView:
    known = sorted(rows, key=lambda row: row.case.int)
    rk, citizen = _columns(known)
    found = moderated_slope(rk, citizen, np.array([bool(row.many_units) for row in known]))
    spread = spread_of(rk, citizen, rk_to_citizen(rk, citizen).regression)
    return ModerationView(
        units_above=MANY_UNITS,
        n=found.n,
        moderated=found.moderated,
        slope_without=estimate(found.slope_without),
        slope_with=estimate(found.slope_with),
        interaction=estimate(found.interaction),
        power=moderator_power(spread, found.moderated, found.n - found.moderated),
    )


def _columns(rows: Sequence[CaseRow]) -> tuple[Floats, Floats]:
    return floats_of([row.rk for row in rows]), floats_of([row.citizen for row in rows])
