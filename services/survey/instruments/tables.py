"""The tables of a tenant's own instruments and of what is known of units by them."""

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

instrument_version = Table(
    "instrument_version",
    metadata,
    tenant_key(),
    Column("code", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    version(),
    Column("state", Text, nullable=False),
    Column("definition", JSONB, nullable=False),
    moment("changed_at"),
    moment("published_at", nullable=True),
    moment("retired_at", nullable=True),
)
"""One version of a tenant's own instrument; its definition is final once it is no draft any more."""

unit_assessment = Table(
    "unit_assessment",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("unit_id", Uuid, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("instrument_version", Integer, nullable=False),
    Column("answers", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("assessed_on", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
)
"""What somebody found out about a unit from documents or interviews, statement by statement."""
