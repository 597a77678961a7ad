"""Analytics' third revision: what data version each tenant is at, and measurements packed for loading.

Rows that are there already have no packed form: a rebuild of the projection gives them one.
"""

from alembic import op

from shared.database.migrations.operations import protect

revision = "analytics_0003"
down_revision = "analytics_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Number changes, and make room for the packed form."""
    op.execute(
        "CREATE TABLE data_version (tenant_id uuid NOT NULL, feed text NOT NULL, "
        "generation integer NOT NULL, version bigint NOT NULL, removed bigint NOT NULL, "
        "PRIMARY KEY (tenant_id, feed, generation))"
    )
    protect("data_version", "analytics", feed_reads=True)
    op.execute(
        "ALTER TABLE measurement_cube ADD COLUMN packed bytea, ADD COLUMN changed bigint NOT NULL DEFAULT 0"
    )
    # The JSON goes out of the row first, so that reading many rows does not fetch each one's parts.
    op.execute("ALTER TABLE measurement_cube SET (toast_tuple_target = 4080)")
    # Open rounds' rows have no number: they change with every answer, and would change this index, too.
    op.execute(
        "CREATE INDEX cube_changed ON measurement_cube (tenant_id, generation, changed) WHERE changed > 0"
    )
    op.execute("ALTER TABLE register_state ADD COLUMN changed bigint NOT NULL DEFAULT 0")
    _let_the_feed_tell()


def _let_the_feed_tell() -> None:
    """Let the feed's role say which round of which case has scores: no answer, and nobody's name."""
    op.execute(
        "GRANT SELECT (tenant_id, generation, round_id, round_state, case_id, group_id, wave) "
        "ON measurement_cube TO samspil_analytics_feed"
    )
    op.execute(
        "CREATE POLICY every_tenant ON measurement_cube FOR SELECT TO samspil_analytics_feed USING (true)"
    )
    op.execute("GRANT SELECT ON feed_position TO samspil_analytics_feed")


def downgrade() -> None:
    """Undo it."""
    op.execute("REVOKE SELECT ON feed_position FROM samspil_analytics_feed")
    op.execute("DROP POLICY every_tenant ON measurement_cube")
    op.execute(
        "REVOKE SELECT (tenant_id, generation, round_id, round_state, case_id, group_id, wave) "
        "ON measurement_cube FROM samspil_analytics_feed"
    )
    op.execute("ALTER TABLE register_state DROP COLUMN changed")
    op.execute("DROP INDEX cube_changed")
    op.execute("ALTER TABLE measurement_cube RESET (toast_tuple_target)")
    op.execute("ALTER TABLE measurement_cube DROP COLUMN changed, DROP COLUMN packed")
    op.execute("DROP TABLE data_version")
