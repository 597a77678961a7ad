"""Analytics' fifth revision: the audit names the program that acted for somebody."""

from shared.database.migrations.operations import forget_programs, name_programs

revision = "analytics_0005"
down_revision = "analytics_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    name_programs()


def downgrade() -> None:
    """Take them away."""
    forget_programs()
