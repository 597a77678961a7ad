"""What there is in an installation, by the places of a request where it may be named."""

from collections.abc import Sequence
from typing import Any

from tests.system.authorisation.installation import THINGS, Installation

_BODIES = (
    "caseId",
    "groupId",
    "areaId",
    "unitId",
    "personId",
    "leaderId",
    "roundId",
    "involvements[*].unitId",
    "participants[*].professionalId",
    "members[*].professionalId",
)
_CODES: dict[str, Sequence[str]] = {
    "wave": ("baseline",),
    "system": ("esdh",),
    "code": ("relational-capacity", "default"),
    "from": ("baseline",),
    "to": ("baseline",),
}


async def known_in(house: Installation) -> dict[str, Sequence[Any]]:
    """Return values that say something, by place."""
    sides = (house.own, house.other)
    ids = {name: [str(side.ids[name]) for side in sides] for name in THINGS}
    known: dict[str, Sequence[Any]] = {}
    for place in ("path", "query"):
        known |= {f"{place}.{name}": values for name, values in (ids | _CODES).items()}
    known |= {f"body.{path}": ids[path.rpartition(".")[2]] for path in _BODIES}
    known |= {"path.reference": ids["caseId"], "path.version": (1,)}
    known |= {"header.if-match": ("*", '"1"', '"2"'), "header.if-none-match": ("*",)}
    return known | await _forms(house)


async def _forms(house: Installation) -> dict[str, Sequence[str]]:
    headers = {"Authorization": f"Bearer {house.foreign.respondent}"}
    async with house.http.get(f"{house.url}/v1/response", headers=headers) as answer:
        forms = (await answer.json())["forms"]
    subjects = [subject["id"] for form in forms for subject in form["subjects"]]
    return {
        "body.formId": [form["id"] for form in forms],
        "body.ratings[*].subjectId": sorted(set(subjects)),
    }
