"""The table of classifications, one row for each time one changed."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key

metadata = MetaData()

classification = Table(
    "classification",
    metadata,
    tenant_key(),
    key("id"),
    Column("case_id", Uuid, nullable=False),
    moment("at"),
    Column("level", Text, nullable=False),
    Column("units", Integer, nullable=False),
    Column("authority_functions", Integer, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("explanation", JSONB, nullable=False),
)
