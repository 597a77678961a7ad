"""The gateway's audit is sealed into a chain, and says what was refused."""

from shared.database.migrations.operations import seal_audit, unseal_audit

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for seals."""
    seal_audit("gateway")


def downgrade() -> None:
    """Take them away."""
    unseal_audit("gateway")
