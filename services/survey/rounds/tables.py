"""The tables of rounds, measurements, invitations and forms."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

survey_round = Table(
    "survey_round",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("case_id", Uuid, nullable=False),
    Column("wave", Text, nullable=False),
    Column("wave_ordinal", Integer, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("respondent_label", Text, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("not_asked", JSONB, nullable=False),
    moment("opened_at"),
    moment("closed_at", nullable=True),
)

named_in_round = Table("named_in_round", metadata, tenant_key(), key("named_id"), key("round_id"))
"""Every id a round's roster named at opening: employments, persons, leaders and citizens."""

erasure_count = Table("erasure_count", metadata, tenant_key(), Column("number", BigInteger, nullable=False))
"""Counted up before each erasure, so that no round opens with a roster from before it."""

measurement = Table(
    "measurement",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("round_id", Uuid, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("instrument_version", Integer, nullable=False),
    Column("form", Text, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("respondents", JSONB, nullable=False),
    Column("subjects", JSONB, nullable=False),
    Column("asked", LargeBinary, nullable=False),
    Column("level", Text, nullable=False),
    Column("units", Integer, nullable=False),
    Column("authority_functions", Integer, nullable=False),
    Column("rule_set", Text, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("round_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("respondent_id", Uuid, nullable=False),
    Column("label", Text, nullable=False),
    Column("generation", Integer, nullable=False),
)

form = Table(
    "form",
    metadata,
    tenant_key(),
    key("id"),
    Column("invitation_id", Uuid, nullable=False),
    Column("measurement_id", Uuid, nullable=False),
    Column("seat", SmallInteger, nullable=False),
    Column("draft", JSONB(none_as_null=True)),
    Column("draft_revision", Integer, nullable=False),
    Column("share_with_team", Boolean, nullable=False),
    moment("submitted_at", nullable=True),
)

answer_set = Table(
    "answer_set",
    metadata,
    tenant_key(),
    Column("form_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("measurement_id", Uuid, nullable=False),
    Column("cells", LargeBinary, nullable=False),
)
