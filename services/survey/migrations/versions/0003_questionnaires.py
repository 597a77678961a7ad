"""The survey's third revision: planned rounds, own instruments, invitations that are sent, corrections."""

from alembic import op

from shared.database.migrations.operations import protect, references

revision = "survey_0003"
down_revision = "survey_0002"
branch_labels = None
depends_on = None

_ERASING = "current_setting('app.erasing', true) = 'yes'"
_KEY = "tenant_id uuid NOT NULL, id uuid NOT NULL"
_STATES = "'planned', 'open', 'closed', 'cancelled'"

_TABLES = {
    "instrument_version": "tenant_id uuid NOT NULL, code text NOT NULL, number integer NOT NULL, "
    "version bigint NOT NULL, state text NOT NULL CHECK (state IN ('draft', 'published', 'retired')), "
    "definition jsonb NOT NULL, changed_at timestamptz NOT NULL, published_at timestamptz, "
    "retired_at timestamptz, PRIMARY KEY (tenant_id, code, number)",
    "unit_assessment": f"{_KEY}, version bigint NOT NULL, unit_id uuid NOT NULL, instrument text NOT NULL, "
    "instrument_version integer NOT NULL, answers jsonb NOT NULL, source text NOT NULL, "
    "assessed_on date NOT NULL, recorded_by text NOT NULL, PRIMARY KEY (tenant_id, id)",
    "round_rule": f"{_KEY}, version bigint NOT NULL, request jsonb NOT NULL, PRIMARY KEY (tenant_id, id)",
    "standing": f"{_KEY}, about text NOT NULL CHECK (about IN ('case', 'collaboration-group')), "
    "version bigint NOT NULL, is_open boolean NOT NULL, level text NOT NULL, "
    "level_since timestamptz NOT NULL, state jsonb NOT NULL, PRIMARY KEY (tenant_id, id)",
    "rule_case": "tenant_id uuid NOT NULL, rule_id uuid NOT NULL, id uuid NOT NULL, "
    "outcome text NOT NULL, round_id uuid, looked_at timestamptz NOT NULL, look_again_at timestamptz, "
    f"PRIMARY KEY (tenant_id, rule_id, id), {references('rule_id', 'round_rule')} ON DELETE CASCADE",
    "message": f"{_KEY}, invitation_id uuid NOT NULL, "
    "kind text NOT NULL CHECK (kind IN ('invitation', 'reminder')), number smallint NOT NULL, "
    "state text NOT NULL CHECK (state IN ('due', 'sending', 'sent', 'told', 'needless', 'failed', "
    "'bounced')), due_at timestamptz NOT NULL, claimed_until timestamptz, attempts smallint NOT NULL, "
    "sent_at timestamptz, failure text, PRIMARY KEY (tenant_id, id), "
    f"UNIQUE (tenant_id, invitation_id, kind, number), {references('invitation_id', 'invitation')}",
    "text_answer": "tenant_id uuid NOT NULL, form_id uuid NOT NULL, number smallint NOT NULL, "
    "question text NOT NULL, subject_id uuid NOT NULL, body text NOT NULL, may_quote boolean NOT NULL, "
    f"PRIMARY KEY (tenant_id, form_id, number, question, subject_id), {references('form_id', 'form')}",
}
_ADDED_ONLY = {"text_answer"}
_READ_BY_FEED = {"instrument_version", "round_rule", "rule_case", "standing", "message"}

_INDEXES = {
    "one_round_of_case": "UNIQUE INDEX one_round_of_case ON survey_round (tenant_id, case_id, wave) "
    "WHERE case_id IS NOT NULL AND state <> 'cancelled'",
    "one_round_of_group": "UNIQUE INDEX one_round_of_group ON survey_round (tenant_id, group_id, wave) "
    "WHERE group_id IS NOT NULL AND state <> 'cancelled'",
    "standing_level": "INDEX standing_level ON standing (tenant_id, level, level_since) WHERE is_open",
    "survey_round_due": "INDEX survey_round_due ON survey_round (state, opens_at, closes_at) "
    "WHERE state IN ('planned', 'open')",
    "message_due": "INDEX message_due ON message (due_at) WHERE state IN ('due', 'sending')",
    "message_invitation": "INDEX message_invitation ON message (tenant_id, invitation_id)",
    "invitation_contact": "INDEX invitation_contact ON invitation (tenant_id, round_id) "
    "WHERE contact IS NOT NULL",
}

_ADDED = {
    "survey_round": (
        "group_id uuid",
        "opens_at timestamptz",
        "closes_at timestamptz",
        "closed_because text",
        "opened_by text",
        "based_on uuid",
        "roster_revision integer NOT NULL DEFAULT 1",
        "citizen_resources text CHECK (citizen_resources IN ('high', 'medium', 'low', 'unknown'))",
        "resources_rated_by text",
    ),
    "measurement": ("focus_items jsonb NOT NULL DEFAULT '[]'",),
    "invitation": (
        "channel text NOT NULL DEFAULT 'none' CHECK (channel IN ('none', 'e-mail', 'sms', 'digital-post'))",
        "contact text",
        "language text NOT NULL DEFAULT 'da'",
        "opened_at timestamptz",
        "joined_at timestamptz",
        "declined_at timestamptz",
        "withdrawn_at timestamptz",
        "left_at timestamptz",
        "bounced_at timestamptz",
        "answer_until timestamptz",
    ),
    "form": (
        "number smallint NOT NULL DEFAULT 0",
        "corrected_at timestamptz",
        "language text",
        "answered_by text CHECK (answered_by IN ('self', 'relative', 'interviewer', 'paper'))",
        "draft_texts jsonb",
    ),
    "answer_set": ("answered_at timestamptz NOT NULL DEFAULT now()",),
}
_NULLABLE = {
    "survey_round": ("case_id", "opened_at"),
    "measurement": ("level", "units", "authority_functions", "rule_set"),
}


_DROP_UNKNOWN = (
    "CREATE TEMPORARY TABLE unknown_round ON COMMIT DROP AS SELECT tenant_id, id FROM survey_round "
    "WHERE case_id IS NULL OR state NOT IN ('open', 'closed')",
    "CREATE TEMPORARY TABLE unknown_form ON COMMIT DROP AS SELECT form.tenant_id, form.id FROM form "
    "JOIN invitation ON invitation.tenant_id = form.tenant_id AND invitation.id = form.invitation_id "
    "WHERE (form.tenant_id, invitation.round_id) IN (SELECT tenant_id, id FROM unknown_round)",
    "DELETE FROM answer_set WHERE (tenant_id, form_id) IN (SELECT tenant_id, id FROM unknown_form)",
    "DELETE FROM form WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM unknown_form)",
    "DELETE FROM invitation WHERE (tenant_id, round_id) IN (SELECT tenant_id, id FROM unknown_round)",
    "DELETE FROM measurement WHERE (tenant_id, round_id) IN (SELECT tenant_id, id FROM unknown_round)",
    "DELETE FROM named_in_round WHERE (tenant_id, round_id) IN (SELECT tenant_id, id FROM unknown_round)",
    "DELETE FROM survey_round WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM unknown_round)",
)


def upgrade() -> None:
    """Add everything; what the running version writes stays as good as before."""
    for table, columns in _ADDED.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'ADD COLUMN {each}' for each in columns)}")
    for table, names in _NULLABLE.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'ALTER {each} DROP NOT NULL' for each in names)}")
    op.execute(
        "ALTER TABLE survey_round DROP CONSTRAINT survey_round_state_check, "
        f"ADD CONSTRAINT survey_round_state_check CHECK (state IN ({_STATES})), "
        "ADD CONSTRAINT about_one CHECK (num_nonnulls(case_id, group_id) = 1), "
        "DROP CONSTRAINT survey_round_tenant_id_case_id_wave_key"
    )
    for table, columns_of in _TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns_of})")
        rights = "SELECT, INSERT, DELETE" if table in _ADDED_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        protect(table, "survey", feed_reads=table in _READ_BY_FEED, app=rights)
    op.execute(
        "CREATE POLICY delete_by_erasure ON text_answer AS RESTRICTIVE FOR DELETE "
        f"TO samspil_survey_app USING ({_ERASING})"
    )
    for definition in _INDEXES.values():
        op.execute(f"CREATE {definition}")
    op.execute("CREATE POLICY every_tenant ON invitation FOR SELECT TO samspil_survey_feed USING (true)")
    op.execute("GRANT SELECT ON invitation TO samspil_survey_feed")
    _count_answers()


def _count_answers() -> None:
    """Count the answers that are there, which even their owner sees only while that is not forced."""
    for table in ("form", "answer_set"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE form SET number = 1, answered_by = 'self' WHERE submitted_at IS NOT NULL")
    op.execute(
        "UPDATE answer_set SET answered_at = form.submitted_at FROM form "
        "WHERE form.tenant_id = answer_set.tenant_id AND form.id = answer_set.form_id "
        "AND form.submitted_at IS NOT NULL"
    )
    for table in ("form", "answer_set"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take away what was added; rounds that the older version does not know go with it."""
    for index in _INDEXES:
        op.execute(f"DROP INDEX {index}")
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP POLICY every_tenant ON invitation")
    op.execute("REVOKE SELECT ON invitation FROM samspil_survey_feed")
    _drop_unknown_rounds()
    op.execute(
        "ALTER TABLE survey_round DROP CONSTRAINT survey_round_state_check, DROP CONSTRAINT about_one, "
        "ADD CONSTRAINT survey_round_state_check CHECK (state IN ('open', 'closed')), "
        "ADD CONSTRAINT survey_round_tenant_id_case_id_wave_key UNIQUE (tenant_id, case_id, wave)"
    )
    for table, names in _NULLABLE.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'ALTER {each} SET NOT NULL' for each in names)}")
    for table, columns in _ADDED.items():
        dropped = ", ".join(f"DROP COLUMN {each.split()[0]}" for each in columns)
        op.execute(f"ALTER TABLE {table} {dropped}")


def _drop_unknown_rounds() -> None:
    """Delete rounds of groups, and rounds that never opened, with all that hangs on them."""
    tables = ("survey_round", "measurement", "invitation", "form", "answer_set", "named_in_round")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in _DROP_UNKNOWN:
        op.execute(statement)
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
