"""Analytics: the projection of the feeds."""

from alembic import op

from shared.database.migrations.operations import create_house_tables, drop_house_tables, protect

revision = "analytics_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    create_house_tables("analytics")
    op.execute(
        "CREATE TABLE measurement_cube (tenant_id uuid NOT NULL, generation integer NOT NULL, "
        "id uuid NOT NULL, version bigint NOT NULL, round_id uuid NOT NULL, case_id uuid NOT NULL, "
        "wave text NOT NULL, round_state text NOT NULL, state jsonb NOT NULL, cells bytea NOT NULL, "
        "asked bytea NOT NULL, PRIMARY KEY (tenant_id, generation, id))"
    )
    op.execute("CREATE INDEX cube_case ON measurement_cube (tenant_id, generation, case_id, wave)")
    op.execute("CREATE INDEX cube_wave ON measurement_cube (tenant_id, generation, wave)")
    op.execute("CREATE INDEX cube_round ON measurement_cube (tenant_id, generation, round_id)")
    protect("measurement_cube", "analytics")
    op.execute(
        "CREATE TABLE register_state (tenant_id uuid NOT NULL, generation integer NOT NULL, "
        "kind text NOT NULL, id uuid NOT NULL, version bigint NOT NULL, state jsonb NOT NULL, "
        "PRIMARY KEY (tenant_id, generation, kind, id))"
    )
    protect("register_state", "analytics")
    op.execute("CREATE TABLE known_tenant (tenant_id uuid PRIMARY KEY)")
    op.execute("GRANT SELECT, INSERT ON known_tenant TO samspil_analytics_app")


def downgrade() -> None:
    """Drop everything."""
    for table in ("known_tenant", "register_state", "measurement_cube"):
        op.execute(f"DROP TABLE {table}")
    drop_house_tables()
