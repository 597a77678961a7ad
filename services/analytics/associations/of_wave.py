"""Puts a wave's associations together; worked out once per data version, and pure."""

from services.analytics.associations.citizens import citizen_view, path_view
from services.analytics.associations.columns import Columns, columns_in
from services.analytics.associations.leadership import leadership_view
from services.analytics.associations.respondents import Respondents
from services.analytics.associations.schemas import Associations, AssociationsSeen, PointView
from services.analytics.associations.shown import Shown, shown_groups
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.release.decisions import GroupSize
from services.analytics.scores.case_scores import provenance_of
from services.analytics.scores.schemas import Provenance
from shared.contracts.survey import Form

_FORMS = (Form.NETWORK, Form.OWN_LEADER, Form.CITIZEN)


def associations(code: str, held: Holdings, size: GroupSize) -> Associations | None:
    """Show the relations the method rests on, each if enough people stand behind it."""
    key = f"associations/{size.minimum}"
    return held.wave(code).worked_out.once(key, lambda: _associations(code, held, size))


def associations_seen(
    code: str, held: Holdings, size: GroupSize, *, with_points: bool
) -> AssociationsSeen | None:
    """Show the same, with the employees' points to who may see them."""
    found = associations(code, held, size)
    if found is None:
        return None
    shown = with_points and found.leadership_to_rk is not None
    return AssociationsSeen(
        provenance=found.provenance,
        leadership_to_rk=found.leadership_to_rk,
        rk_to_citizen=found.rk_to_citizen,
        path=found.path,
        points=_points_in(held, code, size) if shown else None,
    )


def _points_in(held: Holdings, code: str, size: GroupSize) -> list[PointView]:
    key = f"associations/points/{size.minimum}"
    return held.wave(code).worked_out.once(key, lambda: points_of(columns_in(held, code, size).respondents))


def points_of(rows: Respondents) -> list[PointView]:
    """Return a point for each row, in an order that tells of no case and no person."""
    # Thousands of rows share some hundred points: each is made once, for making them costs most.
    points = (
        (PointView(leadership=leadership, rk=rk), rows.points[leadership, rk])
        for leadership, rk in sorted(rows.points)
    )
    return [point for point, count in points for _ in range(count)]


def _associations(code: str, held: Holdings, size: GroupSize) -> Associations | None:
    columns = columns_in(held, code, size)
    shown = shown_groups(columns.cases, size)
    leadership = leadership_view(columns.respondents, size)
    citizen = citizen_view(shown)
    path = path_view(shown, size)
    if leadership is None and citizen is None and path is None:
        return None
    return Associations(
        provenance=_provenance(held.wave(code), columns, shown),
        leadership_to_rk=leadership,
        rk_to_citizen=citizen,
        path=path,
    )


def _provenance(wave: Wave, columns: Columns, shown: Shown) -> Provenance:
    """Say which answers the figures come from: those of the cases used, and of no other."""
    used = columns.respondents.of_cases | {row.case for row in shown.everything() or ()}
    forms = [wave.by_case(form) for form in _FORMS]
    return provenance_of([each for own in forms for case, each in own.items() if case in used], wave.code)
