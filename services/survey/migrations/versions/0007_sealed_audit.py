"""The survey's seventh revision: the audit is sealed into a chain, and says what was refused."""

from shared.database.migrations.operations import seal_audit, unseal_audit

revision = "survey_0007"
down_revision = "survey_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for seals."""
    seal_audit("survey")


def downgrade() -> None:
    """Take them away."""
    unseal_audit("survey")
