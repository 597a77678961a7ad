"""The tables of events: what is told, and up to where it was dropped again."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, Uuid

from shared.database.tables import key, moment, tenant_key

metadata = MetaData()

event = Table(
    "event",
    metadata,
    tenant_key(),
    key("id"),
    Column("type", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    moment("recorded_at"),
)
"""An event; its place in the order (epoch, xid, number) is only ever used below SQLAlchemy."""
