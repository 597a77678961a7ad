"""Every statement that reads or writes an organisation as one source's own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Row,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.cases.organisation.repository import (
    AREA_ROWS,
    PERSON_ROWS,
    PROFESSIONAL_ROWS,
    UNIT_ROWS,
    among,
)
from services.cases.organisation.tables import source_reference, unit
from services.cases.synchronisation.difference import Kind
from services.cases.synchronisation.tables import organisation_source
from shared.database.connection import Transaction
from shared.resources import Resource

RESOURCES = {
    Kind.AREA: AREA_ROWS,
    Kind.UNIT: UNIT_ROWS,
    Kind.PERSON: PERSON_ROWS,
    Kind.PROFESSIONAL: PROFESSIONAL_ROWS,
}
_NEVER_SENT = frozenset({"tenant_id", "id", "version", "merged_into_id"})


def columns_of(kind: Kind) -> list[Column[Any]]:
    """Return the columns that a source says something of."""
    return [each for each in RESOURCES[kind].table.c if each.name not in _NEVER_SENT]


async def read_source(transaction: Transaction, system: str) -> Row[Any] | None:
    """Return what is known of a source's last snapshot."""
    return await transaction.first(
        select(organisation_source).where(
            organisation_source.c.tenant_id == transaction.tenant, organisation_source.c.system == system
        )
    )


async def keep_source(transaction: Transaction, system: str, source_version: int, at: datetime) -> None:
    """Note the snapshot that a source has come to."""
    values = {"source_version": source_version, "synchronised_at": at}
    await transaction.execute(
        insert(organisation_source)
        .values(tenant_id=transaction.tenant, system=system, **values)
        .on_conflict_do_update(index_elements=["tenant_id", "system"], set_=values)
    )


def _of(transaction: Transaction, system: str, kind: Kind) -> ColumnElement[bool]:
    return and_(
        source_reference.c.tenant_id == transaction.tenant,
        source_reference.c.system == system,
        source_reference.c.kind == kind,
    )


async def read_sourced(
    transaction: Transaction, system: str, kind: Kind, references: Collection[str] | None = None
) -> list[Row[Any]]:
    """Return a source's things of one kind with how they stand in the register; all, or those named."""
    table = RESOURCES[kind].table
    statement = (
        select(
            source_reference.c.reference,
            source_reference.c.subject_id,
            source_reference.c.source_version,
            source_reference.c.ended_at,
            *columns_of(kind),
        )
        .join(
            table,
            and_(
                table.c.tenant_id == source_reference.c.tenant_id,
                table.c.id == source_reference.c.subject_id,
            ),
        )
        .where(_of(transaction, system, kind))
    )
    if references is not None:
        statement = statement.where(among(source_reference.c.reference, references))
    return await transaction.rows(statement)


async def read_tree(transaction: Transaction) -> list[Row[Any]]:
    """Return each of the tenant's units with what it is part of and what it was merged into."""
    return await transaction.rows(
        select(unit.c.id, unit.c.parent_id, unit.c.merged_into_id).where(
            unit.c.tenant_id == transaction.tenant
        )
    )


async def read_owners(
    transaction: Transaction, ids: Collection[UUID]
) -> dict[UUID, tuple[Kind, str | None, str | None]]:
    """Return of each id in use what kind of thing has it, and whose it is by which reference."""
    if not ids:
        return {}
    found = union_all(
        *(
            select(
                literal(kind.value).label("kind"),
                resource.table.c.id,
                source_reference.c.system,
                source_reference.c.reference,
            )
            .outerjoin(
                source_reference,
                and_(
                    source_reference.c.tenant_id == resource.table.c.tenant_id,
                    source_reference.c.subject_id == resource.table.c.id,
                ),
            )
            .where(resource.table.c.tenant_id == transaction.tenant, among(resource.table.c.id, ids))
            for kind, resource in RESOURCES.items()
        )
    )
    return {row.id: (Kind(row.kind), row.system, row.reference) for row in await transaction.rows(found)}


async def read_by_id(transaction: Transaction, kind: Kind, ids: Collection[UUID]) -> list[Row[Any]]:
    """Return things by their own ids."""
    if not ids:
        return []
    table = RESOURCES[kind].table
    return await transaction.rows(
        select(table.c.id, *columns_of(kind)).where(
            table.c.tenant_id == transaction.tenant, among(table.c.id, ids)
        )
    )


def _recordset(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> TableValuedAlias:
    """Send many rows as one value; COPY would pass row-level security by, so the server refuses it."""
    sent = literal(orjson.dumps(rows, default=str).decode(), Text)
    typed = [column("id", RESOURCES[kind].table.c.id.type)]
    typed += [column(each.name, each.type) for each in columns_of(kind)]
    return (
        func.jsonb_to_recordset(cast(sent, JSONB))
        .table_valued(*typed, name="sent")
        .render_derived(with_types=True)
    )


async def add_rows(transaction: Transaction, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many rows in one statement, in which they may name each other."""
    if not rows:
        return
    sent = _recordset(kind, rows)
    names = [each.name for each in columns_of(kind)]
    chosen = select(literal(transaction.tenant), sent.c.id, literal(1), *(sent.c[name] for name in names))
    table = RESOURCES[kind].table
    await transaction.execute(insert(table).from_select(["tenant_id", "id", "version", *names], chosen))


async def change_rows(transaction: Transaction, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows that are there, each with a version more."""
    if not rows:
        return
    table, sent = RESOURCES[kind].table, _recordset(kind, rows)
    await transaction.execute(
        update(table)
        .where(table.c.tenant_id == transaction.tenant, table.c.id == sent.c.id)
        .values(version=table.c.version + 1, **{each.name: sent.c[each.name] for each in columns_of(kind)})
    )


async def end_rows(
    transaction: Transaction, resource: Resource, ids: Collection[UUID], at: datetime
) -> list[UUID]:
    """End what has not ended before; return which that was. A person does not end, only employments do."""
    table = resource.table
    if not ids or "valid_to" not in table.c:
        return []
    begun = table.c.get("valid_from")
    rows = await transaction.execute(
        update(table)
        .where(
            table.c.tenant_id == transaction.tenant,
            among(table.c.id, ids),
            or_(table.c.valid_to.is_(None), table.c.valid_to > at),
        )
        .values(valid_to=at if begun is None else func.greatest(begun, at), version=table.c.version + 1)
        .returning(table.c.id)
    )
    return list(rows.scalars())


async def keep_references(
    transaction: Transaction, system: str, kind: Kind, ids: Mapping[str, UUID], source_version: int
) -> None:
    """Note which references a source has said something of, and what they stand for."""
    if not ids:
        return
    sent = _unnested(ids)
    rows = select(
        literal(transaction.tenant),
        literal(system),
        literal(kind.value),
        sent.c.reference,
        sent.c.subject_id,
        literal(source_version),
    )
    names = ["tenant_id", "system", "kind", "reference", "subject_id", "source_version"]
    statement = insert(source_reference).from_select(names, rows)
    await transaction.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "system", "kind", "reference"],
            set_={
                "subject_id": statement.excluded.subject_id,
                "source_version": source_version,
                "ended_at": None,
            },
        )
    )


def _unnested(ids: Mapping[str, UUID]) -> TableValuedAlias:
    references = literal(list(ids), ARRAY(Text))
    subjects = literal(list(ids.values()), ARRAY(Uuid))
    typed = (column("reference", Text), column("subject_id", Uuid))
    return func.unnest(references, subjects).table_valued(*typed, name="sent").render_derived()


async def end_references(
    transaction: Transaction, where: ColumnElement[bool], source_version: int, at: datetime
) -> None:
    """Note what a source no longer sends."""
    await transaction.execute(
        update(source_reference).where(where).values(source_version=source_version, ended_at=at)
    )


def places(
    transaction: Transaction, system: str, kind: Kind, references: Collection[str]
) -> ColumnElement[bool]:
    """Hold for some of a source's references to things of one kind."""
    return and_(_of(transaction, system, kind), among(source_reference.c.reference, references))
