"""The tables of studies and enrolments."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

study = Table(
    "study",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
    Column("arms", JSONB, nullable=False),
    Column("waves", JSONB, nullable=False),
)

enrolment = Table(
    "enrolment",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("study_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("arm", Text, nullable=False),
    Column("stratum", Text),
    Column("method", Text, nullable=False),
    moment("allocated_at"),
    Column("seed", BigInteger),
    Column("selected_by", Text),
    Column("selection_reason", Text),
    moment("withdrawn_at", nullable=True),
    Column("withdrawal_reason", Text),
)
