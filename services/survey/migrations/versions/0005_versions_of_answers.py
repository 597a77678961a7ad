"""The survey's fifth revision: who answered, in which language, is each version's own, not the form's."""

from alembic import op

from services.survey.migrations.functions import written

revision = "survey_0005"
down_revision = "survey_0004"
branch_labels = None
depends_on = None

_COLUMNS = (
    "ADD COLUMN language text",
    "ADD COLUMN answered_by text CHECK (answered_by IN ('self', 'relative', 'interviewer', 'paper'))",
)
_TO_ANSWERS = """
UPDATE answer_set SET language = form.language, answered_by = form.answered_by FROM form
WHERE form.tenant_id = answer_set.tenant_id AND form.id = answer_set.form_id
"""
_TO_FORMS = """
UPDATE form SET language = answer_set.language, answered_by = answer_set.answered_by FROM answer_set
WHERE answer_set.tenant_id = form.tenant_id AND answer_set.form_id = form.id
  AND answer_set.number = form.number
"""


def upgrade() -> None:
    """Move both to the answers; of older versions only the newest's are known."""
    _move("form", "answer_set", _TO_ANSWERS)
    _create(2)


def downgrade() -> None:
    """Move them back; the older versions' own are lost."""
    _move("answer_set", "form", _TO_FORMS)
    _create(1)


def _move(source: str, target: str, statement: str) -> None:
    """Move the columns, by what even the tables' owner sees only while row-level security is not forced."""
    op.execute(f"ALTER TABLE {target} {', '.join(_COLUMNS)}")
    for table in (source, target):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    for table in (source, target):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {source} DROP COLUMN language, DROP COLUMN answered_by")


def _create(version: int) -> None:
    op.execute("DROP FUNCTION take_answers")
    op.execute(written("take_answers", version))
