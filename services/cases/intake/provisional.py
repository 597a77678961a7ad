"""Makes units and professionals a source names before the organisation knows them; they are marked so.

The organisation's own write fills them in later, under the same id or the source's reference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from services.cases.organisation.repository import (
    AREA_ROWS,
    PERSON_ROWS,
    PROFESSIONAL_ROWS,
    UNIT_ROWS,
    note_changes,
    resolve_units,
)
from services.cases.organisation.tables import source_reference
from services.cases.register.schemas import InvolvementPart, ParticipantPart
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem
from shared.resources import Resource

_NO_AREA = "Ikke indplaceret"
_NO_UNIT = "Enhed ikke oplyst"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a source names that isn't known: where in the request, and its id if it has one."""

    kind: str
    pointer: str
    part: InvolvementPart | ParticipantPart
    id: UUID | None

    @property
    def reference(self) -> str | None:
        """The source's own reference."""
        if isinstance(self.part, InvolvementPart):
            return self.part.unit_reference
        return self.part.professional_reference

    def refusal(self) -> FieldError:
        """Say that it isn't known."""
        return FieldError(self.pointer, f"unknown-{self.kind}", f"There is no such {self.kind}.")


class _Maker:
    """Makes rows for one source in one municipality, each thing once."""

    def __init__(self, transaction: Transaction, system: str, municipality_code: str) -> None:
        self._transaction = transaction
        self._system = system
        self._code = municipality_code

    async def unit(self, name: str, reference: str | None, unit_id: UUID | None = None) -> UUID:
        """Make a unit in the area for what has no place yet."""
        area_id = uuid5(self._transaction.tenant, f"provisional/area/{self._code}")
        await self._put(AREA_ROWS, area_id, {"name": _NO_AREA, "municipality_code": self._code})
        values = {
            "name": name,
            "area_id": area_id,
            "municipality_code": self._code,
            "counts_as_unit": True,
            "authority_function": False,
            "external": False,
            "laws": [],
        }
        made = await self._refer("unit", reference, unit_id)
        await self._put(UNIT_ROWS, made, values)
        return made

    async def professional(
        self, part: ParticipantPart, unit_id: UUID, professional_id: UUID | None
    ) -> None:
        """Make a person and their employment."""
        made = await self._refer("professional", part.professional_reference, professional_id)
        person_id = uuid5(made, "person")
        await self._put(PERSON_ROWS, person_id, {"name": part.name})
        values = {
            "person_id": person_id,
            "unit_id": unit_id,
            "professional_group": part.professional_group,
            "language": "da",
            "valid_from": func.clock_timestamp(),
        }
        await self._put(PROFESSIONAL_ROWS, made, values)

    async def _refer(self, kind: str, reference: str | None, subject: UUID | None) -> UUID:
        """Return the id a reference stands for, kept from now on."""
        if reference is None:
            return subject or uuid7()
        table = source_reference
        row = await self._transaction.execute(
            insert(table)
            .values(
                tenant_id=self._transaction.tenant,
                system=self._system,
                kind=kind,
                reference=reference,
                subject_id=uuid7(),
                source_version=0,
            )
            .on_conflict_do_update(
                index_elements=["tenant_id", "system", "kind", "reference"],
                set_={"reference": reference},
            )
            .returning(table.c.subject_id)
        )
        made: UUID = row.scalar_one()
        return made

    async def _put(self, resource: Resource, row_id: UUID, values: Mapping[str, object]) -> None:
        """Make a row, unless somebody has."""
        made = await self._transaction.execute(
            insert(resource.table)
            .values(tenant_id=self._transaction.tenant, id=row_id, version=1, provisional=True, **values)
            .on_conflict_do_nothing()
        )
        if made.rowcount == 1:
            await note_changes(self._transaction, resource, [row_id])


async def make_provisional(
    transaction: Transaction, system: str, municipality_code: str, missing: Sequence[Missing]
) -> None:
    """Make all that is missing.

    Raises
    ------
    Problem
        422 where not even a name is given.
    """
    nameless = [
        FieldError(each.pointer, "name-needed", "Without a name it can't be made provisionally.")
        for each in missing
        if each.part.name is None
        or (isinstance(each.part, ParticipantPart) and each.part.professional_group is None)
    ]
    if nameless:
        raise Problem(BROKEN_RULE, nameless)
    maker = _Maker(transaction, system, municipality_code)
    # All in one order: whoever makes the same ones at the same time waits, and never in a circle.
    ordered = sorted(missing, key=lambda one: (one.reference or "", str(one.id)))
    people = [(part, each.id) for each in ordered if isinstance(part := each.part, ParticipantPart)]
    units = [(part, each.id) for each in ordered if isinstance(part := each.part, InvolvementPart)]
    for part, unit_id in units:
        if part.unit_reference is None:
            await maker.unit(part.name or "", None, unit_id)
    names = {part.unit_reference or "-": part.unit_reference or _NO_UNIT for part, _ in people}
    names |= {part.unit_reference: part.name or "" for part, _ in units if part.unit_reference}
    places = {reference: await maker.unit(names[reference], reference) for reference in sorted(names)}
    living = await resolve_units(transaction, places.values())
    for part, professional_id in people:
        await maker.professional(part, living[places[part.unit_reference or "-"]], professional_id)
