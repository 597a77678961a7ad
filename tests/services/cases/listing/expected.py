"""The second formulation: which cases a list holds and in which order, by going through all of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.services.cases.listing.made import MadeCase, MadeRegister

SORTS = ("registeredAt", "-registeredAt", "updatedAt", "-updatedAt")

_HOLDS: dict[str, Callable[[MadeCase, Any], bool]] = {
    "level": lambda case, wanted: case.level == wanted,
    "status": lambda case, wanted: case.status == wanted,
    "targetGroup": lambda case, wanted: case.target_group == wanted,
    "municipalityCode": lambda case, wanted: case.municipality_code == wanted,
    "system": lambda case, wanted: wanted in case.systems,
    "unitId": lambda case, wanted: UUID(wanted) in case.units,
    "professionalId": lambda case, wanted: UUID(wanted) in case.professionals,
    "updatedSince": lambda case, wanted: case.updated_at >= datetime.fromisoformat(wanted),
    "closed": lambda case, wanted: (case.closed_at is not None) is (wanted in {True, "true"}),
}


def expected(made: MadeRegister, query: Mapping[str, Any]) -> list[str]:
    """Return the ids of the cases that meet all filters, in order."""
    filters = {key: wanted for key, wanted in query.items() if key in _HOLDS}
    joined = query.get("includeJoined") in {True, "true"}
    found = [
        case
        for case in made.cases
        if (joined or case.joined_into_id is None)
        and all(_HOLDS[key](case, wanted) for key, wanted in filters.items())
    ]
    sort = query.get("sort") or ("updatedAt" if "updatedSince" in query else "registeredAt")
    by = "registered_at" if sort.endswith("registeredAt") else "updated_at"
    found.sort(key=lambda case: (getattr(case, by), case.id), reverse=sort.startswith("-"))
    return [str(case.id) for case in found]
