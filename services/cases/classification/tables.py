"""The tables of classification: each time a case's changed, the rule sets, and what is still to be done."""

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

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
    Column("reason", Text, nullable=False),
    Column("units_within", Integer, nullable=False),
    Column("units_external", Integer, nullable=False),
    Column("authorities_within", Integer, nullable=False),
    Column("authorities_external", Integer, nullable=False),
)

rule_set = Table(
    "rule_set",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("code", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("levels", JSONB, nullable=False),
    Column("external_units_count", Boolean, nullable=False),
    moment("used_at", nullable=True),
)

rule_set_activation = Table(
    "rule_set_activation",
    metadata,
    tenant_key(),
    key("id"),
    Column("rule_set_id", Uuid),
    moment("at"),
    Column("actor", Text, nullable=False),
)

reclassification = Table(
    "reclassification",
    metadata,
    tenant_key(),
    key("id"),
    Column("reason", Text, nullable=False),
    Column("unit_id", Uuid),
    Column("after_case_id", Uuid),
    Column("cases", Integer, nullable=False),
    moment("requested_at"),
    moment("done_at", nullable=True),
)
