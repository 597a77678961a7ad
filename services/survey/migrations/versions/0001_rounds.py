"""The survey: rounds, measurements, invitations, forms and answers."""

from alembic import op

from shared.database.migrations.operations import (
    create_house_tables,
    drop_house_tables,
    protect,
    references,
)

revision = "survey_0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = "tenant_id uuid NOT NULL, id uuid NOT NULL"


_TABLES = {
    "survey_round": f"{_KEY}, version bigint NOT NULL, case_id uuid NOT NULL, wave text NOT NULL, "
    "wave_ordinal integer NOT NULL, "
    "visibility text NOT NULL CHECK (visibility IN ('team-open', 'confidential')), "
    "state text NOT NULL CHECK (state IN ('open', 'closed')), respondent_label text NOT NULL, "
    "request jsonb NOT NULL, not_asked jsonb NOT NULL, opened_at timestamptz NOT NULL, "
    "closed_at timestamptz, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, case_id, wave)",
    "measurement": f"{_KEY}, version bigint NOT NULL, round_id uuid NOT NULL, instrument text NOT NULL, "
    "instrument_version integer NOT NULL, form text NOT NULL, items jsonb NOT NULL, "
    "respondents jsonb NOT NULL, subjects jsonb NOT NULL, asked bytea NOT NULL, level text NOT NULL, "
    "units integer NOT NULL, authority_functions integer NOT NULL, rule_set text NOT NULL, "
    f"PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, round_id, instrument), "
    f"{references('round_id', 'survey_round')}",
    "invitation": f"{_KEY}, version bigint NOT NULL, round_id uuid NOT NULL, kind text NOT NULL, "
    "respondent_id uuid NOT NULL, label text NOT NULL, generation integer NOT NULL, "
    "PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, round_id, respondent_id), "
    f"{references('round_id', 'survey_round')}",
    "form": f"{_KEY}, invitation_id uuid NOT NULL, measurement_id uuid NOT NULL, seat smallint NOT NULL, "
    "draft jsonb, draft_revision integer NOT NULL, share_with_team boolean NOT NULL, "
    "submitted_at timestamptz, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, measurement_id, seat), "
    f"{references('invitation_id', 'invitation')}, {references('measurement_id', 'measurement')}",
    "answer_set": "tenant_id uuid NOT NULL, form_id uuid NOT NULL, number smallint NOT NULL, "
    "measurement_id uuid NOT NULL, cells bytea NOT NULL, PRIMARY KEY (tenant_id, form_id, number), "
    f"{references('form_id', 'form')}",
}

_READ_BY_FEED = {"survey_round", "measurement", "form", "answer_set"}

_INDEXES = {
    "form_invitation": "form (tenant_id, invitation_id)",
    "answer_set_measurement": "answer_set (tenant_id, measurement_id)",
}


def upgrade() -> None:
    """Create everything; answers can be added and read, never changed."""
    create_house_tables("survey")
    for table, columns in _TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        rights = "SELECT, INSERT" if table == "answer_set" else "SELECT, INSERT, UPDATE, DELETE"
        protect(table, "survey", feed_reads=table in _READ_BY_FEED, app=rights)
    for index, columns in _INDEXES.items():
        op.execute(f"CREATE INDEX {index} ON {columns}")


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE {table}")
    drop_house_tables()
