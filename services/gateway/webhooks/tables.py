"""The tables of webhooks: subscriptions, what is to be delivered to them, and each attempt at it."""

from sqlalchemy import ARRAY, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

subscription = Table(
    "webhook_subscription",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("description", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("disabled_reason", Text),
    Column("secret_generation", Integer, nullable=False),
    moment("previous_secret_until", nullable=True),
    moment("failing_since", nullable=True),
    moment("created_at"),
)

delivery = Table(
    "webhook_delivery",
    metadata,
    tenant_key(),
    key("id"),
    Column("subscription_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    moment("next_at"),
    moment("created_at"),
    moment("finished_at", nullable=True),
    Column("last_status", SmallInteger),
    Column("last_failure", Text),
)

attempt = Table(
    "webhook_attempt",
    metadata,
    tenant_key(),
    key("id"),
    Column("delivery_id", Uuid, nullable=False),
    moment("at"),
    Column("status", SmallInteger),
    Column("failure", Text),
    Column("milliseconds", Integer, nullable=False),
)
