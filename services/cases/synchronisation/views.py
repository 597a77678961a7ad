"""Shows what a snapshot changes: all counted, and the first of each named."""

from collections.abc import Iterable

from services.cases.synchronisation.difference import Difference, Kind
from services.cases.synchronisation.plan import Plan
from services.cases.synchronisation.references import field_names
from services.cases.synchronisation.schemas import (
    MOST_SHOWN,
    ChangedView,
    KindDifferenceView,
    SnapshotErrorView,
    SynchronisationView,
)


def show_plan(system: str, source_version: int, plan: Plan | None, *, dry_run: bool) -> SynchronisationView:
    """Show a plan, or that there is nothing to do."""
    return SynchronisationView(
        system=system,
        source_version=source_version,
        dry_run=dry_run,
        unchanged=plan is None,
        suspicious=plan is not None and plan.suspicious,
        areas=_show_kind(plan, Kind.AREA),
        units=_show_kind(plan, Kind.UNIT),
        persons=_show_kind(plan, Kind.PERSON),
        professionals=_show_kind(plan, Kind.PROFESSIONAL),
        errors=[
            SnapshotErrorView(pointer=each.pointer, code=each.code, detail=each.detail)
            for each in (plan.errors if plan else ())
        ],
    )


def _show_kind(plan: Plan | None, kind: Kind) -> KindDifferenceView:
    found = plan.differences[kind] if plan else Difference()
    claimed = {reference for of, reference in plan.claimed if of is kind} if plan else set()
    changed = {
        reference: [
            *(["id"] if reference in claimed else []),
            *field_names(found.changed.get(reference, {})),
        ]
        for reference in found.changed.keys() | claimed
    }
    return KindDifferenceView(
        new=len(found.new),
        changed=len(changed),
        revived=len(found.revived),
        ended=len(found.ended),
        newer=found.newer,
        new_references=_first(found.new),
        changed_references=[
            ChangedView(reference=reference, fields=changed[reference]) for reference in _first(changed)
        ],
        revived_references=_first(found.revived),
        ended_references=_first(found.ended),
    )


def _first(references: Iterable[str]) -> list[str]:
    return sorted(references)[:MOST_SHOWN]
