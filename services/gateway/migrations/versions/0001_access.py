"""Tenants, the issuers they trust and the clients they let in."""

from alembic import op

from shared.database.migrations.operations import create_house_tables, drop_house_tables, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERVICE = "gateway"


def upgrade() -> None:
    """Create the tables."""
    create_house_tables(_SERVICE)
    op.execute(
        "CREATE TABLE tenant (tenant_id uuid PRIMARY KEY, id uuid NOT NULL CHECK (id = tenant_id), "
        "version bigint NOT NULL, name text NOT NULL)"
    )
    op.execute(
        "CREATE TABLE issuer (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, "
        "version bigint NOT NULL, issuer text NOT NULL, audience text NOT NULL, "
        "algorithms text[] NOT NULL CHECK (algorithms <@ ARRAY['ES256', 'RS256']), jwks jsonb NOT NULL, "
        "PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, issuer))"
    )
    op.execute(
        "CREATE TABLE client (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, "
        "version bigint NOT NULL, name text NOT NULL, roles text[] NOT NULL "
        "CHECK (NOT roles && ARRAY['service', 'operator']), scopes text[] NOT NULL, "
        "secret_digests bytea[] NOT NULL DEFAULT '{}' CHECK (cardinality(secret_digests) <= 2), "
        "PRIMARY KEY (tenant_id, id))"
    )
    for table in ("tenant", "issuer", "client"):
        protect(table, _SERVICE, app="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    """Drop them."""
    for table in ("client", "issuer", "tenant"):
        op.execute(f"DROP TABLE {table}")
    drop_house_tables()
