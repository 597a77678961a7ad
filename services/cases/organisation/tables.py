"""The tables of the organisation."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

area = Table(
    "area",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
    Column("municipality_code", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    moment("valid_to", nullable=True),
)

unit = Table(
    "unit",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
    Column("area_id", Uuid, nullable=False),
    Column("parent_id", Uuid),
    Column("municipality_code", Text, nullable=False),
    Column("counts_as_unit", Boolean, nullable=False),
    Column("authority_function", Boolean, nullable=False),
    Column("external", Boolean, nullable=False),
    Column("laws", ARRAY(Text), nullable=False),
    Column("provisional", Boolean, nullable=False),
    moment("valid_to", nullable=True),
    Column("merged_into_id", Uuid),
)

person = Table(
    "person",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
)

professional = Table(
    "professional",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("person_id", Uuid, nullable=False),
    Column("unit_id", Uuid, nullable=False),
    Column("professional_group", Text, nullable=False),
    Column("leader_id", Uuid),
    Column("email", Text),
    Column("mobile", Text),
    Column("language", Text, nullable=False),
    moment("valid_from"),
    moment("valid_to", nullable=True),
    Column("provisional", Boolean, nullable=False),
)

organisation_history = Table(
    "organisation_history",
    metadata,
    tenant_key(),
    Column("kind", Text, primary_key=True),
    key("subject_id"),
    Column("version", BigInteger, primary_key=True),
    moment("at"),
    Column("state", JSONB, nullable=False),
)

source_reference = Table(
    "source_reference",
    metadata,
    tenant_key(),
    Column("system", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("subject_id", Uuid, nullable=False),
    Column("source_version", BigInteger, nullable=False),
    moment("ended_at", nullable=True),
)
