"""The tables of data protection; none of them holds a name or a citizen's number."""

from sqlalchemy import ARRAY, Column, Integer, MetaData, Table, Text, Uuid

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

information = Table(
    "information",
    metadata,
    tenant_key(),
    key("id"),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    moment("informed_at"),
    Column("channel", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    moment("recorded_at"),
)

objection = Table(
    "objection",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    moment("objected_at"),
    Column("reason", Text),
    moment("withdrawn_at", nullable=True),
)

retention_rule = Table(
    "retention_rule",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("target_group", Text),
    Column("months_after_closing", Integer, nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    tenant_key(),
    key("id"),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("systems", ARRAY(Text), nullable=False),
    moment("erased_at"),
    Column("reason", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
)
