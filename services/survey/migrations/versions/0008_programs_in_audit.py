"""The survey's eighth revision: the audit names the program that acted for somebody."""

from shared.database.migrations.operations import forget_programs, name_programs

revision = "survey_0008"
down_revision = "survey_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    name_programs()


def downgrade() -> None:
    """Take them away."""
    forget_programs()
