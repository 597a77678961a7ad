"""The survey's sixth revision: what is plain of a batch is taken by one function, in one round trip."""

from alembic import op

from services.survey.migrations.functions import written

revision = "survey_0006"
down_revision = "survey_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the function."""
    op.execute(written("take_plain_answers", 1))


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP FUNCTION take_plain_answers")
