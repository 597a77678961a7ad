"""Events as they are told outside, who is told of them by webhook, and how that went."""

from alembic import op

from shared.database.migrations.operations import protect, references

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERVICE = "gateway"
_TABLES = ("event", "event_horizon", "webhook_subscription", "webhook_delivery", "webhook_attempt")


def upgrade() -> None:
    """Create the tables."""
    _create_events()
    _create_webhooks()
    for table in ("event", "webhook_subscription", "webhook_delivery"):
        protect(table, _SERVICE, feed_reads=True)
    protect("event_horizon", _SERVICE, app="SELECT, INSERT, UPDATE")
    # What goes with a delivery goes by the foreign key.
    protect("webhook_attempt", _SERVICE, app="SELECT, INSERT")


def _create_events() -> None:
    op.execute(
        "CREATE TABLE event (tenant_id uuid NOT NULL, id uuid NOT NULL, epoch integer NOT NULL, "
        "xid xid8 NOT NULL DEFAULT pg_current_xact_id(), number bigint GENERATED ALWAYS AS IDENTITY, "
        "type text NOT NULL, subject uuid NOT NULL, version bigint NOT NULL, "
        "recorded_at timestamptz NOT NULL DEFAULT now(), "
        "PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, epoch, xid, number))"
    )
    op.execute("CREATE INDEX event_age ON event (recorded_at)")
    op.execute(
        "CREATE TABLE event_horizon (tenant_id uuid PRIMARY KEY, epoch integer NOT NULL, "
        "xid xid8 NOT NULL, number bigint NOT NULL)"
    )


def _create_webhooks() -> None:
    op.execute(
        "CREATE TABLE webhook_subscription (tenant_id uuid NOT NULL, id uuid NOT NULL, "
        "version bigint NOT NULL, url text NOT NULL, types text[] NOT NULL, description text NOT NULL, "
        "state text NOT NULL CHECK (state IN ('active', 'paused', 'disabled')), disabled_reason text, "
        "secret_generation integer NOT NULL DEFAULT 1, previous_secret_until timestamptz, "
        "failing_since timestamptz, created_at timestamptz NOT NULL DEFAULT now(), "
        "PRIMARY KEY (tenant_id, id), CHECK ((disabled_reason IS NOT NULL) = (state = 'disabled')))"
    )
    op.execute(
        "CREATE TABLE webhook_delivery (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(), "
        "subscription_id uuid NOT NULL, event_id uuid NOT NULL, "
        "state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')), "
        "attempts smallint NOT NULL DEFAULT 0, next_at timestamptz NOT NULL DEFAULT now(), "
        "created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz, "
        "last_status smallint, last_failure text, "
        "PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, subscription_id, event_id), "
        f"{references('subscription_id', 'webhook_subscription')} ON DELETE CASCADE, "
        f"{references('event_id', 'event')} ON DELETE CASCADE)"
    )
    op.execute("CREATE INDEX webhook_delivery_of_event ON webhook_delivery (tenant_id, event_id)")
    op.execute(
        "CREATE INDEX webhook_delivery_log ON webhook_delivery (tenant_id, subscription_id, created_at, id)"
    )
    op.execute(
        "CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, subscription_id, next_at) "
        "WHERE state = 'pending'"
    )
    op.execute(
        "CREATE TABLE webhook_attempt (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(), "
        "delivery_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), status smallint, failure text, "
        "milliseconds integer NOT NULL, PRIMARY KEY (tenant_id, id), "
        f"{references('delivery_id', 'webhook_delivery')} ON DELETE CASCADE)"
    )
    op.execute("CREATE INDEX webhook_attempt_of_delivery ON webhook_attempt (tenant_id, delivery_id)")


def downgrade() -> None:
    """Drop them."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE {table}")
