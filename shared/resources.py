"""One way to put, read and list a simple resource: a row of a tenant, with a version, in the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, Table, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from shared.changes.feed import StateReader, Subject
from shared.changes.log import log_change
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem
from shared.representation import Precondition
from shared.wire import WireModel

View = TypeVar("View", bound=WireModel)


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of row: its table (with `tenant_id`, `id`, `version`), its name, if the feed tells it."""

    table: Table
    kind: str
    told: bool = True


@dataclass(frozen=True, slots=True)
class Put:
    """What a put did: created or changed something, or found it as asked for."""

    version: int
    created: bool = False
    changed: bool = True

    @property
    def status(self) -> int:
        """The HTTP status that says so."""
        return 201 if self.created else 200


def select_row(resource: Resource, tenant: UUID, row_id: UUID) -> Select[Any]:
    """Select one row; the tenant is named although row-level security would see to it, too."""
    table = resource.table
    return select(table).where(table.c.tenant_id == tenant, table.c.id == row_id)


async def read_row(transaction: Transaction, resource: Resource, row_id: UUID) -> Row[Any]:
    """Return one row.

    Raises
    ------
    Problem
        404 if the tenant has none with this id.
    """
    row = await transaction.first(select_row(resource, transaction.tenant, row_id))
    if row is None:
        raise Problem(NOT_FOUND)
    return row


async def put_row(
    transaction: Transaction,
    resource: Resource,
    row_id: UUID,
    values: dict[str, Any],
    precondition: Precondition,
) -> Put:
    """Create or change one row; asked for what is there already, do nothing.

    Raises
    ------
    Problem
        412 if the precondition does not hold.
    """
    stored = await transaction.first(select_row(resource, transaction.tenant, row_id).with_for_update())
    if stored is None:
        precondition.check_creation()
        if await _create(transaction, resource, row_id, values):
            await _tell(transaction, resource, row_id, 1)
            return Put(version=1, created=True)
        # Somebody created it since we looked: their row is committed now.
        stored = await read_row(transaction, resource, row_id)
    if all(getattr(stored, name) == value for name, value in values.items()):
        return Put(version=stored.version, changed=False)
    precondition.check_change(stored.version)
    version = stored.version + 1
    table = resource.table
    await transaction.execute(
        update(table)
        .where(table.c.tenant_id == transaction.tenant, table.c.id == row_id)
        .values(**values, version=version)
    )
    await _tell(transaction, resource, row_id, version)
    return Put(version=version)


async def _tell(transaction: Transaction, resource: Resource, row_id: UUID, version: int) -> None:
    if resource.told:
        await log_change(transaction, resource.kind, row_id, version)


async def _create(
    transaction: Transaction, resource: Resource, row_id: UUID, values: dict[str, Any]
) -> bool:
    created = await transaction.execute(
        insert(resource.table)
        .values(tenant_id=transaction.tenant, id=row_id, version=1, **values)
        .on_conflict_do_nothing()
    )
    return created.rowcount == 1


def view_of(model: type[View], row: Row[Any], **more: Any) -> View:
    """Show a row as a wire model: each field from the column of its name, or from `more`."""
    fields = {name: getattr(row, name) for name in model.model_fields if name not in more}
    return model(**fields, **more)


def states_of(resource: Resource, model: type[WireModel]) -> StateReader:
    """Make the feed's look-up of a simple resource: its rows, as a contract model shows them."""

    async def read(
        transaction: Transaction, subjects: Sequence[Subject]
    ) -> Mapping[Subject, dict[str, Any]]:
        table = resource.table
        rows = await transaction.rows(
            select(table).where(tuple_(table.c.tenant_id, table.c.id).in_(subjects))
        )
        return {
            (row.tenant_id, row.id): view_of(model, row).model_dump(mode="json", by_alias=True)
            for row in rows
        }

    return read
