"""Relates a case's relational capacity to what the citizen experiences, over all cases and some; pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.analytics.associations.columns import CaseRow, Floats, floats_of
from services.analytics.associations.powers import moderator_power, slope_power, spread_of
from services.analytics.associations.schemas import (
    ModerationView,
    PathView,
    ResourcesView,
    RkToCitizenGroup,
    RkToCitizenView,
)
from services.analytics.associations.shown import Shown, has_both
from services.analytics.associations.views import SEED, bootstrap_view, percent_view, regression_view
from services.analytics.methods.association import UnitOfAnalysis, rk_to_citizen
from services.analytics.methods.moderation import MANY_UNITS, moderated_slope
from services.analytics.methods.path import path_effects
from services.analytics.methods.resampling import seeded_sums
from services.analytics.methods.slope_bootstrap import DRAWS
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import estimate
from shared.contracts.survey import CitizenResources


def citizen_view(cases: Sequence[CaseRow], shown: Shown) -> RkToCitizenView | None:
    """Show the slope over all cases, and over those groups that may leave beside it."""
    if not shown.everything:
        return None
    rows = [row for row in cases if has_both(row)]
    complex_cases = [row for row in rows if row.is_complex]
    return RkToCitizenView(
        **_group(rows),
        complex_only=RkToCitizenGroup(**_group(complex_cases)) if shown.complex_only else None,
        moderation=_moderation(rows) if shown.by_units else None,
        by_resources=[
            ResourcesView(resources=each, **_group([row for row in rows if row.resources is each]))
            for each in CitizenResources
            if each in shown.resources
        ],
    )


def path_view(cases: Sequence[CaseRow], shown: Shown, size: GroupSize) -> PathView | None:
    """Show the path, unless too few employees or leaders stand behind its leadership means."""
    rows = [row for row in cases if has_both(row) and not np.isnan(row.leadership)]
    people = frozenset[object]().union(*(row.led for row in rows))
    leaders = frozenset[object]().union(*(row.leaders for row in rows))
    enough = size.is_reached_by(len(people)) and size.is_reached_by(len(leaders))
    if not (shown.everything and shown.led and enough):
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
    known = [row for row in rows if row.many_units is not None]
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
