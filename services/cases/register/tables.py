"""The tables of cases. A row that a source no longer sends is ended, never deleted."""

from sqlalchemy import ARRAY, BigInteger, Column, MetaData, Table, Text, Uuid

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

citizen_case = Table(
    "citizen_case",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("respondent_label", Text, nullable=False),
    moment("registered_at"),
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
    Column("role", Text, nullable=False),
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
