"""Closed tenants and such for trying out, clients with own keys, issuers that are asked for theirs."""

from alembic import op

from shared.database.migrations.operations import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SERVICE = "gateway"
_APP = f"samspil_{_SERVICE}_app"
_FEED = f"samspil_{_SERVICE}_feed"


def upgrade() -> None:
    """Add them."""
    op.execute(
        "ALTER TABLE tenant ADD COLUMN sandbox boolean NOT NULL DEFAULT false, "
        "ADD COLUMN closed_at timestamptz"
    )
    op.execute(
        "ALTER TABLE issuer ALTER COLUMN jwks DROP NOT NULL, ADD COLUMN mapping jsonb, "
        "ADD COLUMN found_keys jsonb, ADD COLUMN found_at timestamptz"
    )
    op.execute(
        "ALTER TABLE client ADD COLUMN jwks jsonb, "
        "ADD COLUMN acts_for_roles text[] NOT NULL DEFAULT '{}' "
        "CHECK (NOT acts_for_roles && ARRAY['service', 'operator'])"
    )
    op.execute(
        "CREATE TABLE closed_client (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, "
        "closed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id))"
    )
    protect("closed_client", _SERVICE, app="SELECT, INSERT")
    op.execute(
        "CREATE TABLE used_assertion (tenant_id uuid NOT NULL, client_id uuid NOT NULL, "
        "digest bytea NOT NULL CHECK (octet_length(digest) = 32), expires_at timestamptz NOT NULL, "
        "PRIMARY KEY (tenant_id, client_id, digest), "
        "FOREIGN KEY (tenant_id, client_id) REFERENCES client (tenant_id, id) ON DELETE CASCADE)"
    )
    protect("used_assertion", _SERVICE, app="SELECT, INSERT, DELETE")
    op.execute(f"GRANT DELETE ON issuer, client TO {_APP}")
    # Tokens of people's own providers name no tenant of ours: whose they are follows from who issued them.
    op.execute("CREATE INDEX issuer_by_name ON issuer (issuer)")
    op.execute(f"CREATE POLICY every_tenant ON issuer FOR SELECT TO {_FEED} USING (true)")
    op.execute(f"GRANT SELECT ON issuer TO {_FEED}")
    op.execute(
        "CREATE TABLE access_state (one boolean PRIMARY KEY DEFAULT true CHECK (one), "
        "changes bigint NOT NULL)"
    )
    op.execute("INSERT INTO access_state (changes) VALUES (0)")
    op.execute(f"GRANT SELECT, UPDATE ON access_state TO {_APP}")


def downgrade() -> None:
    """Drop them; issuers keep the keys that were found."""
    op.execute("DROP TABLE access_state")
    op.execute("REVOKE SELECT ON issuer FROM samspil_gateway_feed")
    op.execute("DROP POLICY every_tenant ON issuer")
    op.execute("DROP INDEX issuer_by_name")
    op.execute("REVOKE DELETE ON issuer, client FROM samspil_gateway_app")
    op.execute("DROP TABLE used_assertion")
    op.execute("DROP TABLE closed_client")
    op.execute("ALTER TABLE client DROP COLUMN jwks, DROP COLUMN acts_for_roles")
    op.execute("ALTER TABLE issuer NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE issuer SET jwks = coalesce(found_keys, '{\"keys\": []}') WHERE jwks IS NULL")
    op.execute(
        "ALTER TABLE issuer ALTER COLUMN jwks SET NOT NULL, DROP COLUMN mapping, "
        "DROP COLUMN found_keys, DROP COLUMN found_at"
    )
    op.execute("ALTER TABLE issuer FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tenant DROP COLUMN sandbox, DROP COLUMN closed_at")
