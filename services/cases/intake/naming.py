"""Finds out whom and what a source means, by id or its own reference; names all it can't find at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.intake.parts import Involvement, Participant, unique, with_all_laws
from services.cases.intake.provisional import Missing, make_provisional
from services.cases.intake.repository import read_known, read_references
from services.cases.intake.state import Known, Unit
from services.cases.register.progress import CaseStatus
from services.cases.register.schemas import CaseContent, InvolvementPart, ParticipantPart
from shared.contracts.register import InvolvementRole
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, Problem


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source's parts, each unit the one it is today, and what is known of all units in the case."""

    involvements: tuple[Involvement, ...]
    participants: tuple[Participant, ...]
    known: Known


@dataclass(frozen=True, slots=True)
class _Meant:
    """The ids a source's parts mean; None where its reference is unknown."""

    units: Sequence[UUID | None]
    professionals: Sequence[UUID | None]


async def resolve(
    transaction: Transaction, system: str, content: CaseContent, others: Iterable[Involvement]
) -> Wanted:
    """Return what a source means.

    Raises
    ------
    Problem
        422 naming every unit and professional that isn't known and may not be made provisionally.
    """
    meant = await _read_meant(transaction, system, content)
    rest = {part.unit_id for part in others}
    known = await _read_known(transaction, meant, rest)
    missing = _missing(content, meant, known)
    if missing:
        if content.create_provisional is None:
            raise Problem(BROKEN_RULE, [each.refusal() for each in missing])
        code = content.create_provisional.municipality_code
        await make_provisional(transaction, system, code, missing)
        meant = await _read_meant(transaction, system, content)
        known = await _read_known(transaction, meant, rest)
    if content.status is CaseStatus.CLOSED:
        return Wanted((), (), known)
    units = zip(content.involvements, meant.units, strict=True)
    people = zip(content.participants, meant.professionals, strict=True)
    return Wanted(
        tuple(
            with_all_laws(_involvement(part, known.units[each]) for part, each in units if each is not None)
        ),
        tuple(
            unique(
                (
                    Participant(each, part.role, part.primary_contact)
                    for part, each in people
                    if each is not None
                ),
                lambda part: part.professional_id,
            )
        ),
        known,
    )


def _involvement(part: InvolvementPart, unit: Unit) -> Involvement:
    default = InvolvementRole.AUTHORITY if unit.authority_function else InvolvementRole.PROVIDER
    return Involvement(unit.living, part.role or default, tuple(part.laws))


async def _read_meant(transaction: Transaction, system: str, content: CaseContent) -> _Meant:
    units = [part.unit_reference for part in content.involvements if part.unit_reference]
    people = [part.professional_reference for part in content.participants if part.professional_reference]
    found = await read_references(transaction, system, units, people) if units or people else {}
    return _Meant(
        [part.unit_id or found.get(("unit", part.unit_reference or "")) for part in content.involvements],
        [
            part.professional_id or found.get(("professional", part.professional_reference or ""))
            for part in content.participants
        ],
    )


async def _read_known(transaction: Transaction, meant: _Meant, rest: set[UUID]) -> Known:
    units = rest.union(each for each in meant.units if each)
    people = {each for each in meant.professionals if each}
    return Known(await read_known(transaction, units, people) if units or people else [])


def _missing(content: CaseContent, meant: _Meant, known: Known) -> list[Missing]:
    units = zip(content.involvements, meant.units, strict=True)
    people = zip(content.participants, meant.professionals, strict=True)
    return [
        *(
            Missing("unit", f"/involvements/{index}/{_field(part)}", part, each)
            for index, (part, each) in enumerate(units)
            if each not in known.units
        ),
        *(
            Missing("professional", f"/participants/{index}/{_field(part)}", part, each)
            for index, (part, each) in enumerate(people)
            if each not in known.professionals
        ),
    ]


def _field(part: InvolvementPart | ParticipantPart) -> str:
    if isinstance(part, InvolvementPart):
        return "unitId" if part.unit_id else "unitReference"
    return "professionalId" if part.professional_id else "professionalReference"
