"""The tables of rounds: measurements, invitations and what is sent of them, forms and answers."""

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
    Column("case_id", Uuid),
    Column("group_id", Uuid),
    Column("wave", Text, nullable=False),
    Column("wave_ordinal", Integer, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("respondent_label", Text, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("not_asked", JSONB, nullable=False),
    moment("opens_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("opened_at", nullable=True),
    moment("closed_at", nullable=True),
    Column("closed_because", Text),
    Column("opened_by", Text),
    Column("based_on", Uuid),
    Column("roster_revision", Integer, nullable=False),
    Column("citizen_resources", Text),
    Column("resources_rated_by", Text),
)
"""`roster_revision` counts what changes whom a round asks: joining, leaving, erasure."""

round_rule = Table(
    "round_rule", metadata, tenant_key(), key("id"), version(), Column("request", JSONB, nullable=False)
)
"""Which rounds open by themselves when a case becomes complex."""

rule_case = Table(
    "rule_case",
    metadata,
    tenant_key(),
    key("rule_id"),
    key("id"),
    Column("outcome", Text, nullable=False),
    Column("round_id", Uuid),
    moment("looked_at"),
    moment("look_again_at", nullable=True),
)
"""What became of a case (`id`) that a rule is for; looked at again while it waits for something."""

standing = Table(
    "standing",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("about", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("level", Text, nullable=False),
    moment("level_since"),
    Column("state", JSONB, nullable=False),
)
"""Each case and collaboration group as the register tells of it: who may see its rounds."""

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
    Column("focus_items", JSONB, nullable=False),
    Column("respondents", JSONB, nullable=False),
    Column("subjects", JSONB, nullable=False),
    Column("asked", LargeBinary, nullable=False),
    Column("level", Text),
    Column("units", Integer),
    Column("authority_functions", Integer),
    Column("rule_set", Text),
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
    Column("channel", Text, nullable=False),
    Column("contact", Text),
    Column("language", Text, nullable=False),
    moment("opened_at", nullable=True),
    moment("joined_at", nullable=True),
    moment("declined_at", nullable=True),
    moment("withdrawn_at", nullable=True),
    moment("left_at", nullable=True),
    moment("bounced_at", nullable=True),
    moment("answer_until", nullable=True),
)
"""`contact` is an e-mail address or a mobile number; it goes some days after the round has closed.

`joined_at` is when somebody came to a round that was open already.
"""

message = Table(
    "message",
    metadata,
    tenant_key(),
    key("id"),
    Column("invitation_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    moment("due_at"),
    moment("claimed_until", nullable=True),
    Column("attempts", SmallInteger, nullable=False),
    moment("sent_at", nullable=True),
    Column("failure", Text),
)
"""One sending of an invitation's link, by us or by the municipality's own system."""

form = Table(
    "form",
    metadata,
    tenant_key(),
    key("id"),
    Column("invitation_id", Uuid, nullable=False),
    Column("measurement_id", Uuid, nullable=False),
    Column("seat", SmallInteger, nullable=False),
    Column("draft", JSONB(none_as_null=True)),
    Column("draft_texts", JSONB(none_as_null=True)),
    Column("draft_revision", Integer, nullable=False),
    Column("share_with_team", Boolean, nullable=False),
    moment("submitted_at", nullable=True),
    moment("corrected_at", nullable=True),
    Column("number", SmallInteger, nullable=False),
)
"""`number` counts the versions of its answers; 0 before it is submitted."""

answer_set = Table(
    "answer_set",
    metadata,
    tenant_key(),
    Column("form_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("measurement_id", Uuid, nullable=False),
    Column("cells", LargeBinary, nullable=False),
    moment("answered_at"),
    Column("language", Text),
    Column("answered_by", Text),
)
"""One version of a form's answers; shorter than the measurement is wide when others joined later."""

text_answer = Table(
    "text_answer",
    metadata,
    tenant_key(),
    Column("form_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("body", Text, nullable=False),
    Column("may_quote", Boolean, nullable=False),
)
"""One free text; it may be quoted only with consent."""
