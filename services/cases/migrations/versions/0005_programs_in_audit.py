"""The register's fifth revision: the audit names the program that acted for somebody."""

from shared.database.migrations.operations import forget_programs, name_programs

revision = "cases_0005"
down_revision = "cases_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    name_programs()


def downgrade() -> None:
    """Take them away."""
    forget_programs()
