"""The audit names the program that acted for somebody; what was given up of webhooks is found at once."""

from alembic import op

from shared.database.migrations.operations import build_index, forget_programs, name_programs

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index without holding up who delivers, and add the columns."""
    build_index("webhook_delivery_dead", "webhook_delivery (tenant_id) WHERE state = 'dead'")
    name_programs()


def downgrade() -> None:
    """Take them away."""
    forget_programs()
    op.execute("DROP INDEX webhook_delivery_dead")
