"""Statements that several services' revisions share; once released, a function here never changes."""

from alembic import op

LOCK_TIMEOUT = "200ms"
"""A revision that can't have its lock at once must not make everybody queue behind it."""

STATEMENT_TIMEOUT = "60s"

_TENANT = "(SELECT NULLIF(current_setting('app.tenant', true), '')::uuid)"


def references(column: str, table: str) -> str:
    """Write the foreign key to another table of the same tenant."""
    return f"FOREIGN KEY (tenant_id, {column}) REFERENCES {table} (tenant_id, id)"


def protect(
    table: str,
    service: str,
    *,
    feed_reads: bool = False,
    app: str = "SELECT, INSERT, UPDATE, DELETE",
) -> None:
    """Let `app` see one tenant's rows only, and `feed` read all rows if it needs them."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_tenant ON {table} TO samspil_{service}_app "
        f"USING (tenant_id = {_TENANT}) WITH CHECK (tenant_id = {_TENANT})"
    )
    op.execute(f"GRANT {app} ON {table} TO samspil_{service}_app")
    if feed_reads:
        op.execute(
            f"CREATE POLICY every_tenant ON {table} FOR SELECT TO samspil_{service}_feed USING (true)"
        )
        op.execute(f"GRANT SELECT ON {table} TO samspil_{service}_feed")


def create_house_tables(service: str) -> None:
    """Create what every service has: change log, idempotency keys, audit, consumers' positions."""
    op.execute(f"GRANT USAGE ON SCHEMA public TO samspil_{service}_app, samspil_{service}_feed")
    op.execute(
        "CREATE TABLE feed_epoch (one boolean PRIMARY KEY DEFAULT true CHECK (one), epoch integer NOT NULL)"
    )
    op.execute("INSERT INTO feed_epoch (epoch) VALUES (1)")
    op.execute(f"GRANT SELECT ON feed_epoch TO samspil_{service}_app, samspil_{service}_feed")
    op.execute(
        "CREATE TABLE change_log (epoch integer NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), "
        "id bigint GENERATED ALWAYS AS IDENTITY, tenant_id uuid NOT NULL, type text NOT NULL, "
        "subject uuid NOT NULL, version bigint NOT NULL, PRIMARY KEY (epoch, xid, id))"
    )
    protect("change_log", service, feed_reads=True, app="SELECT, INSERT")
    op.execute(
        "CREATE TABLE idempotency_key (tenant_id uuid NOT NULL, operation text NOT NULL, "
        "caller text NOT NULL, key text NOT NULL, fingerprint bytea NOT NULL, status smallint NOT NULL, "
        "resource_id uuid NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), "
        "PRIMARY KEY (tenant_id, operation, caller, key))"
    )
    op.execute("CREATE INDEX idempotency_key_age ON idempotency_key (tenant_id, created_at)")
    protect("idempotency_key", service)
    op.execute(
        "CREATE TABLE audit_event (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(), "
        "at timestamptz NOT NULL DEFAULT now(), actor text NOT NULL, person_id uuid, action text NOT NULL, "
        "purpose text NOT NULL, subject_type text NOT NULL, subject_id uuid NOT NULL, "
        "request_id text NOT NULL, PRIMARY KEY (tenant_id, id))"
    )
    op.execute("CREATE INDEX audit_event_subject ON audit_event (tenant_id, subject_id, at)")
    protect("audit_event", service, app="SELECT, INSERT")
    op.execute(
        "CREATE TABLE feed_position (consumer text NOT NULL, generation integer NOT NULL, "
        "state text NOT NULL CHECK (state IN ('active', 'building', 'retired')), "
        "position text NOT NULL, PRIMARY KEY (consumer, generation))"
    )
    op.execute(
        "CREATE UNIQUE INDEX one_active_generation ON feed_position (consumer) WHERE state = 'active'"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON feed_position TO samspil_{service}_app")


def drop_house_tables() -> None:
    """Undo `create_house_tables`."""
    for table in ("feed_position", "audit_event", "idempotency_key", "change_log", "feed_epoch"):
        op.execute(f"DROP TABLE {table}")


def build_index(name: str, on: str) -> None:
    """Build an index while everybody goes on writing, whatever an attempt before left behind.

    Everything before it in a revision is committed by it, so it stands first, with only what can be done
    twice before it. It waits for those at work without holding anybody up, and so for as long as it takes.
    """
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {on}")
        op.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        op.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")


def seal_audit(service: str) -> None:
    """Let the audit be sealed: rows go into a chain of their tenant's, and each says into which link.

    `app` may write that number into a row and nothing else; `feed` sees whose rows wait.
    """
    op.execute("ALTER TABLE audit_event ADD COLUMN IF NOT EXISTS seal bigint")
    build_index("audit_event_unsealed", "audit_event (tenant_id, id) WHERE seal IS NULL")
    op.execute(
        "ALTER TABLE audit_event ADD COLUMN detail text, ADD COLUMN times integer NOT NULL DEFAULT 1"
    )
    op.execute(f"GRANT UPDATE (seal) ON audit_event TO samspil_{service}_app")
    op.execute(
        f"CREATE POLICY every_tenant ON audit_event FOR SELECT TO samspil_{service}_feed USING (true)"
    )
    op.execute(f"GRANT SELECT (tenant_id, id, seal) ON audit_event TO samspil_{service}_feed")
    op.execute(
        "CREATE TABLE audit_seal (tenant_id uuid NOT NULL, sequence bigint NOT NULL, "
        "rows integer NOT NULL, total bigint NOT NULL, digest bytea NOT NULL, previous bytea NOT NULL, "
        "hash bytea NOT NULL, sealed_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, sequence))"
    )
    protect("audit_seal", service, feed_reads=True, app="SELECT, INSERT")


def unseal_audit(service: str) -> None:
    """Undo `seal_audit`."""
    op.execute("DROP TABLE audit_seal")
    op.execute(f"REVOKE ALL (tenant_id, id, seal) ON audit_event FROM samspil_{service}_feed")
    op.execute("DROP POLICY every_tenant ON audit_event")
    op.execute(f"REVOKE ALL (seal) ON audit_event FROM samspil_{service}_app")
    op.execute("DROP INDEX audit_event_unsealed")
    op.execute("ALTER TABLE audit_event DROP COLUMN detail, DROP COLUMN times, DROP COLUMN seal")


def name_programs() -> None:
    """Let the audit name the program that acted for somebody, and its seals say which form they have.

    A seal that does not say it is refused: by a sealer of the version before, which would leave programs
    out. What it could not seal is sealed by the next version.
    """
    op.execute("ALTER TABLE audit_event ADD COLUMN program text")
    op.execute("ALTER TABLE audit_seal ADD COLUMN form smallint NOT NULL DEFAULT 1")
    op.execute("ALTER TABLE audit_seal ALTER COLUMN form DROP DEFAULT")


def forget_programs() -> None:
    """Undo `name_programs`: links that covered programs are no longer what was sealed."""
    op.execute("ALTER TABLE audit_seal DROP COLUMN form")
    op.execute("ALTER TABLE audit_event DROP COLUMN program")
