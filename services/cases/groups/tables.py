"""The tables of collaboration groups. A member who is no longer named is ended, never deleted."""

from sqlalchemy import Column, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

collaboration_group = Table(
    "collaboration_group",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("municipality_code", Text, nullable=False),
    Column("respondent_label", Text, nullable=False),
    Column("subject_groups", JSONB, nullable=False),
    moment("valid_to", nullable=True),
)

group_member = Table(
    "group_member",
    metadata,
    tenant_key(),
    key("id"),
    Column("group_id", Uuid, nullable=False),
    Column("professional_id", Uuid, nullable=False),
    Column("subject_group", Text),
    Column("role", Text, nullable=False),
    moment("valid_from"),
    moment("valid_to", nullable=True),
)
