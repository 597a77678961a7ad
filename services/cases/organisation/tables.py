"""The tables of the organisation."""

from sqlalchemy import ARRAY, Boolean, Column, MetaData, Table, Text, Uuid

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
)

person = Table(
    "person",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
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
)
