"""The tables of cases. A row that a source no longer sends is ended, never deleted."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

CASE_TEAM = "case-team"
"""The source that people are who write by hand."""

citizen_case = Table(
    "citizen_case",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("respondent_label", Text, nullable=False),
    moment("registered_at"),
    moment("updated_at"),
    Column("status", Text, nullable=False),
    Column("sensitivity", Text),
    Column("target_group", Text),
    Column("kle_number", Text),
    Column("municipality_code", Text),
    Column("level", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("units_within", Integer, nullable=False),
    Column("units_external", Integer, nullable=False),
    Column("authorities_within", Integer, nullable=False),
    Column("authorities_external", Integer, nullable=False),
    moment("closed_at", nullable=True),
    Column("joined_into_id", Uuid),
)

case_history = Table(
    "case_history",
    metadata,
    tenant_key(),
    key("case_id"),
    Column("version", BigInteger, primary_key=True),
    moment("at"),
    Column("state", JSONB, nullable=False),
)

registration = Table(
    "registration",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("system", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("source_version", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("sensitivity", Text),
    Column("kle_number", Text),
    Column("joined", Boolean, nullable=False),
    Column("snapshot", BigInteger),
    Column("first_case_id", Uuid),
    Column("written_by", Text),
    moment("updated_at"),
    moment("ended_at", nullable=True),
)

involvement = Table(
    "involvement",
    metadata,
    tenant_key(),
    key("id"),
    Column("case_id", Uuid, nullable=False),
    Column("registration_id", Uuid, nullable=False),
    Column("unit_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("laws", ARRAY(Text), nullable=False),
    moment("valid_from"),
    moment("valid_to", nullable=True),
)

participant = Table(
    "participant",
    metadata,
    tenant_key(),
    key("id"),
    Column("case_id", Uuid, nullable=False),
    Column("registration_id", Uuid, nullable=False),
    Column("professional_id", Uuid, nullable=False),
    Column("source_professional_id", Uuid),
    Column("role", Text, nullable=False),
    Column("primary_contact", Boolean, nullable=False),
    moment("valid_from"),
    moment("valid_to", nullable=True),
)

citizen = Table(
    "citizen",
    metadata,
    tenant_key(),
    key("id"),
    Column("case_id", Uuid, nullable=False),
    Column("registration_id", Uuid, nullable=False),
    Column("citizen_id", Uuid, nullable=False),
    Column("relation", Text, nullable=False),
    moment("valid_from"),
    moment("valid_to", nullable=True),
)

citizen_pseudonym = Table(
    "citizen_pseudonym",
    metadata,
    tenant_key(),
    Column("key_version", Integer, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("citizen_id", Uuid, nullable=False),
)

case_source = Table(
    "case_source",
    metadata,
    tenant_key(),
    Column("system", Text, primary_key=True),
    Column("snapshot", BigInteger, nullable=False),
    moment("closed_at"),
)

handover = Table(
    "handover",
    metadata,
    tenant_key(),
    key("id"),
    Column("case_id", Uuid, nullable=False),
    Column("from_professional_id", Uuid, nullable=False),
    Column("to_professional_id", Uuid, nullable=False),
    moment("at"),
    Column("note", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
)
