"""Use cases of instruments: write a draft, publish, retire or delete it, show and compare versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, func

from services.survey.instruments.crosswalks import unfounded
from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.instruments.differences import differences
from services.survey.instruments.errors import INSTRUMENT_PUBLISHED, NOT_PUBLISHED, RETIRED_FOR_GOOD
from services.survey.instruments.mistakes import field_errors
from services.survey.instruments.repository import (
    add_draft,
    change_version,
    delete_draft,
    read_version,
    read_versions,
)
from services.survey.instruments.schemas import DifferencesView, InstrumentState, InstrumentSummary
from shared.access.principal import Principal, Role
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, FieldError, Problem
from shared.representation import Precondition
from shared.resources import Put

MAY_WRITE = (Role.ADMINISTRATOR,)

_IN_SHORT = ("code", "version", "form", "languages", "title", "provenance")


@dataclass(frozen=True, slots=True)
class Name:
    """What names one version of an instrument."""

    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """An instrument, and the revision of its row if it is the tenant's own."""

    instrument: Instrument
    revision: int | None


def states_seen(caller: Principal) -> frozenset[InstrumentState]:
    """Return the states in which a caller sees instruments: drafts only who may write them."""
    drafts = frozenset({InstrumentState.DRAFT}) if caller.is_any(*MAY_WRITE) else frozenset()
    return frozenset({InstrumentState.PUBLISHED, InstrumentState.RETIRED}) | drafts


async def put_draft(
    transaction: Transaction, name: Name, document: object, precondition: Precondition
) -> Put:
    """Create or change a draft.

    Raises
    ------
    Problem
        409 for one that was published; 412 if the precondition does not hold; 422 for a definition
        with mistakes, naming every one.
    """
    definition = _require_sound(name, document).model_dump(mode="json", by_alias=True)
    stored = await read_version(transaction, name.code, name.number, hold=True)
    if stored is None:
        precondition.check_creation()
        if await add_draft(transaction, name.code, name.number, definition):
            return Put(version=1, created=True)
        # Somebody made it since we looked: theirs is committed now.
        stored = await _require_held(transaction, name)
    if stored.definition == definition:
        return Put(version=stored.version, changed=False)
    precondition.check_change(stored.version)
    if stored.state != InstrumentState.DRAFT:
        raise Problem(INSTRUMENT_PUBLISHED)
    await change_version(transaction, stored, {"definition": definition})
    return Put(version=stored.version + 1)


def _require_sound(name: Name, document: object) -> Instrument:
    wrong = list(_misnamed(name, document))
    try:
        instrument = Instrument.model_validate(document)
    except ValidationError as error:
        raise Problem(BROKEN_RULE, [*wrong, *field_errors(error)]) from None
    if wrong:
        raise Problem(BROKEN_RULE, wrong)
    return instrument


def _misnamed(name: Name, document: object) -> Iterator[FieldError]:
    if any(name.code == code for code, _ in load_catalogue()):
        yield FieldError("/code", "reserved-code", "A built-in instrument has this code.")
    if not isinstance(document, dict):
        return
    for field, own in (("code", name.code), ("version", name.number)):
        if field in document and document[field] != own:
            yield FieldError(f"/{field}", "other-name", "It is not the one that the path names.")


async def _require_held(transaction: Transaction, name: Name) -> Row[Any]:
    row = await read_version(transaction, name.code, name.number, hold=True)
    if row is None:
        raise Problem(NOT_FOUND)
    return row


async def publish(transaction: Transaction, name: Name, precondition: Precondition) -> Put:
    """Publish a draft; published already, it stays so.

    Raises
    ------
    Problem
        409 for one that was retired; 412 if it is not the draft the caller has seen; 422 if its
        crosswalk names what earlier published versions don't have.
    """
    row = await _require_held(transaction, name)
    if row.state == InstrumentState.PUBLISHED:
        return Put(version=row.version, changed=False)
    if row.state == InstrumentState.RETIRED:
        raise Problem(RETIRED_FOR_GOOD)
    precondition.check_change(row.version)
    instrument = Instrument.model_validate(row.definition)
    if wrong := list(unfounded(instrument, await _own_versions(transaction, name.code))):
        raise Problem(BROKEN_RULE, wrong)
    published = {"state": InstrumentState.PUBLISHED, "published_at": func.clock_timestamp()}
    await change_version(transaction, row, published)
    return Put(version=row.version + 1)


async def retire(transaction: Transaction, name: Name, precondition: Precondition) -> Put:
    """Retire a published version; retired already, it stays so.

    Raises
    ------
    Problem
        409 for a draft; 412 if the precondition does not hold.
    """
    row = await _require_held(transaction, name)
    if row.state == InstrumentState.RETIRED:
        return Put(version=row.version, changed=False)
    if row.state == InstrumentState.DRAFT:
        raise Problem(NOT_PUBLISHED)
    precondition.check_change(row.version)
    retired = {"state": InstrumentState.RETIRED, "retired_at": func.clock_timestamp()}
    await change_version(transaction, row, retired)
    return Put(version=row.version + 1)


async def discard_draft(transaction: Transaction, name: Name) -> None:
    """Delete a draft; 409 for what was published, which stays for good."""
    row = await _require_held(transaction, name)
    if row.state != InstrumentState.DRAFT:
        raise Problem(INSTRUMENT_PUBLISHED)
    await delete_draft(transaction, name.code, name.number)


async def show(transaction: Transaction, name: Name) -> Found:
    """Return one version, built in or the tenant's own; 404 for drafts, too, unless one may write them."""
    built_in = load_catalogue().get((name.code, name.number))
    if built_in is not None:
        return Found(built_in, None)
    row = await read_version(transaction, name.code, name.number)
    if row is None or row.state not in states_seen(transaction.caller):
        raise Problem(NOT_FOUND)
    return Found(Instrument.model_validate(row.definition), row.version)


async def summarise(transaction: Transaction, name: Name) -> InstrumentSummary:
    """Return how a version stands."""
    return summary_of(await _require_held(transaction, name))


def summary_of(row: Row[Any]) -> InstrumentSummary:
    """Show a tenant's own version in short."""
    definition: dict[str, Any] = row.definition
    return InstrumentSummary(
        **{name: definition[name] for name in _IN_SHORT},
        state=row.state,
        built_in=False,
        published_at=row.published_at,
        retired_at=row.retired_at,
    )


def summary_of_built_in(instrument: Instrument) -> InstrumentSummary:
    """Show a built-in version in short."""
    return InstrumentSummary(
        **instrument.model_dump(include=set(_IN_SHORT)),
        state=InstrumentState.PUBLISHED,
        built_in=True,
        published_at=None,
        retired_at=None,
    )


async def compare(transaction: Transaction, code: str, earlier: int, later: int) -> DifferencesView:
    """Return what is different between two versions that were published.

    Raises
    ------
    Problem
        404 if the code or one of the versions is not there; 422 if the later is not later.
    """
    built_in = {number: each for (own, number), each in load_catalogue().items() if own == code}
    versions = built_in or await _own_versions(transaction, code)
    if not {earlier, later} <= set(versions):
        raise Problem(NOT_FOUND)
    if earlier >= later:
        not_later = FieldError("#query/to", "not-later", "It must be later than the one compared with.")
        raise Problem(BROKEN_RULE, [not_later])
    return differences(versions, earlier, later)


async def _own_versions(transaction: Transaction, code: str) -> dict[int, Instrument]:
    rows = await read_versions(transaction, code)
    return {row.number: Instrument.model_validate(row.definition) for row in rows}
