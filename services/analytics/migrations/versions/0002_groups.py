"""Analytics' second revision: measurements of collaboration groups, which have no case."""

from alembic import op

revision = "analytics_0002"
down_revision = "analytics_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a measurement be about a group."""
    op.execute("ALTER TABLE measurement_cube ALTER case_id DROP NOT NULL, ADD COLUMN group_id uuid")


def downgrade() -> None:
    """Let go of groups' measurements; a rebuild of the projection would bring them back."""
    op.execute("ALTER TABLE measurement_cube NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM measurement_cube WHERE case_id IS NULL")
    op.execute("ALTER TABLE measurement_cube FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE measurement_cube ALTER case_id SET NOT NULL, DROP COLUMN group_id")
