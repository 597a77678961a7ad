"""Columns that every tenant's table has, and the tables that every service has."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)


def key(name: str) -> Column[object]:
    """Make a UUID column of a primary key."""
    return Column(name, Uuid, primary_key=True)


def tenant_key() -> Column[object]:
    """Make the column every primary key starts with."""
    return Column("tenant_id", Uuid, primary_key=True)


def version() -> Column[object]:
    """Make the column that counts a row's changes and makes its ETag."""
    return Column("version", BigInteger, nullable=False)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """Make a column for a time."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


house = MetaData()
"""The tables every service has in its own database."""

idempotency_key = Table(
    "idempotency_key",
    house,
    tenant_key(),
    Column("operation", Text, primary_key=True),
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    moment("created_at"),
)

audit_event = Table(
    "audit_event",
    house,
    tenant_key(),
    Column("id", Uuid, primary_key=True, server_default=text("uuidv7()")),
    moment("at"),
    Column("actor", Text, nullable=False),
    Column("person_id", Uuid),
    Column("action", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("detail", Text),
    Column("times", Integer, nullable=False, server_default=text("1")),
    Column("program", Text),
    Column("seal", BigInteger),
)

audit_seal = Table(
    "audit_seal",
    house,
    tenant_key(),
    Column("sequence", BigInteger, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    moment("sealed_at"),
    Column("form", SmallInteger, nullable=False),
)

feed_position = Table(
    "feed_position",
    house,
    Column("consumer", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("position", Text, nullable=False),
)
