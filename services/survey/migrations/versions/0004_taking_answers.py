"""The survey's fourth revision: answers are taken by one function, whoever calls it and however often."""

from alembic import op

from services.survey.migrations.functions import written

revision = "survey_0004"
down_revision = "survey_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the function; whoever calls it sees and writes what row-level security lets them."""
    op.execute(written("refuse_answers", 1))
    op.execute(written("take_answers", 1))


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP FUNCTION take_answers")
    op.execute("DROP FUNCTION refuse_answers")
