"""The register's fourth revision: the audit is sealed into a chain, and says what was refused."""

from shared.database.migrations.operations import seal_audit, unseal_audit

revision = "cases_0004"
down_revision = "cases_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for seals."""
    seal_audit("cases")


def downgrade() -> None:
    """Take them away."""
    unseal_audit("cases")
