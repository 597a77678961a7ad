"""The survey's second revision: who is named in which round, and answers that erasure may touch."""

from alembic import op

from shared.database.migrations.operations import protect, references

revision = "survey_0002"
down_revision = "survey_0001"
branch_labels = None
depends_on = None

_ERASING = "current_setting('app.erasing', true) = 'yes'"
_READ_FOR_NAMES = ("survey_round", "measurement")

_NAMES = """
INSERT INTO named_in_round (tenant_id, named_id, round_id)
SELECT found.tenant_id, found.named, found.round_id
FROM (
    SELECT tenant_id, round_id, (jsonb_path_query(respondents || subjects, '$[*].id') #>> '{}')::uuid
    FROM measurement
    UNION
    SELECT tenant_id, round_id,
           (jsonb_path_query(respondents || subjects, '$[*].personId ? (@ != null)') #>> '{}')::uuid
    FROM measurement
    UNION
    SELECT tenant_id, round_id,
           (jsonb_path_query(respondents || subjects, '$[*].leaderId ? (@ != null)') #>> '{}')::uuid
    FROM measurement
    UNION
    SELECT tenant_id, id,
           (jsonb_path_query(not_asked, '$[*].respondent_id ? (@ != null)') #>> '{}')::uuid
    FROM survey_round
) AS found (tenant_id, round_id, named)
JOIN survey_round ON survey_round.tenant_id = found.tenant_id AND survey_round.id = found.round_id
WHERE found.named NOT IN (survey_round.id, survey_round.case_id)
"""


def upgrade() -> None:
    """Note whom the rounds that are there name; let answers be changed by erasure, and by nothing else."""
    op.execute(
        "CREATE TABLE named_in_round (tenant_id uuid NOT NULL, named_id uuid NOT NULL, "
        "round_id uuid NOT NULL, PRIMARY KEY (tenant_id, named_id, round_id), "
        f"{references('round_id', 'survey_round')})"
    )
    op.execute("CREATE INDEX named_in_round_round ON named_in_round (tenant_id, round_id)")
    _fill_names()
    protect("named_in_round", "survey")
    op.execute("CREATE TABLE erasure_count (tenant_id uuid PRIMARY KEY, number bigint NOT NULL)")
    protect("erasure_count", "survey")
    op.execute("GRANT DELETE, UPDATE (cells) ON answer_set TO samspil_survey_app")
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE POLICY {verb.lower()}_by_erasure ON answer_set AS RESTRICTIVE FOR {verb} "
            f"TO samspil_survey_app USING ({_ERASING})"
        )


def _fill_names() -> None:
    """Fill the table from rows that even their owner sees only while row-level security is not forced."""
    for table in _READ_FOR_NAMES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_NAMES)
    for table in _READ_FOR_NAMES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take away what was added; answers can only be added and read again."""
    for verb in ("update", "delete"):
        op.execute(f"DROP POLICY {verb}_by_erasure ON answer_set")
    op.execute("REVOKE DELETE, UPDATE (cells) ON answer_set FROM samspil_survey_app")
    for table in ("erasure_count", "named_in_round"):
        op.execute(f"DROP TABLE {table}")
