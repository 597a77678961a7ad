"""The register: organisation, cases, classifications, studies."""

from alembic import op

from shared.database.migrations.operations import (
    create_house_tables,
    drop_house_tables,
    protect,
    references,
)

revision = "cases_0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = "tenant_id uuid NOT NULL, id uuid NOT NULL"
_PERIOD = "valid_from timestamptz NOT NULL, valid_to timestamptz CHECK (valid_to >= valid_from)"
_PART = (
    f"{_KEY}, case_id uuid NOT NULL, registration_id uuid NOT NULL, {_PERIOD}, PRIMARY KEY (tenant_id, id)"
)


_PART_OF = f"{references('case_id', 'citizen_case')}, {references('registration_id', 'registration')}"

_TABLES = {
    "area": f"{_KEY}, version bigint NOT NULL, name text NOT NULL, municipality_code text NOT NULL, "
    "PRIMARY KEY (tenant_id, id)",
    "unit": f"{_KEY}, version bigint NOT NULL, name text NOT NULL, area_id uuid NOT NULL, parent_id uuid, "
    "municipality_code text NOT NULL, counts_as_unit boolean NOT NULL, "
    "authority_function boolean NOT NULL, external boolean NOT NULL, laws text[] NOT NULL, "
    f"PRIMARY KEY (tenant_id, id), {references('area_id', 'area')}, {references('parent_id', 'unit')}",
    "person": f"{_KEY}, version bigint NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id)",
    "professional": f"{_KEY}, version bigint NOT NULL, person_id uuid NOT NULL, unit_id uuid NOT NULL, "
    "professional_group text NOT NULL, leader_id uuid, email text, mobile text, language text NOT NULL, "
    f"{_PERIOD}, PRIMARY KEY (tenant_id, id), {references('person_id', 'person')}, "
    f"{references('unit_id', 'unit')}, {references('leader_id', 'professional')}",
    "citizen_case": f"{_KEY}, version bigint NOT NULL, respondent_label text NOT NULL, "
    "registered_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id)",
    "registration": f"{_KEY}, version bigint NOT NULL, system text NOT NULL, reference text NOT NULL, "
    "case_id uuid NOT NULL, source_version bigint NOT NULL, PRIMARY KEY (tenant_id, id), "
    f"UNIQUE (tenant_id, system, reference), {references('case_id', 'citizen_case')}",
    "involvement": f"{_PART}, {_PART_OF}, unit_id uuid NOT NULL, "
    "role text NOT NULL CHECK (role IN ('authority', 'provider')), laws text[] NOT NULL, "
    f"{references('unit_id', 'unit')}",
    "participant": f"{_PART}, {_PART_OF}, professional_id uuid NOT NULL, role text NOT NULL "
    "CHECK (role IN ('participant', 'facilitator', 'co-leader')), "
    f"{references('professional_id', 'professional')}",
    "citizen": f"{_PART}, {_PART_OF}, citizen_id uuid NOT NULL, relation text NOT NULL",
    "classification": f"{_KEY}, case_id uuid NOT NULL, at timestamptz NOT NULL, level text NOT NULL, "
    "units integer NOT NULL, authority_functions integer NOT NULL, rule_set text NOT NULL, "
    f"explanation jsonb NOT NULL, PRIMARY KEY (tenant_id, id), {references('case_id', 'citizen_case')}",
    "study": f"{_KEY}, version bigint NOT NULL, name text NOT NULL, arms jsonb NOT NULL, "
    "PRIMARY KEY (tenant_id, id)",
    "enrolment": f"{_KEY}, version bigint NOT NULL, study_id uuid NOT NULL, case_id uuid NOT NULL, "
    "arm text NOT NULL, stratum text, method text NOT NULL, allocated_at timestamptz NOT NULL, "
    f"PRIMARY KEY (tenant_id, id), {references('study_id', 'study')}, "
    f"{references('case_id', 'citizen_case')}",
}

_HIDDEN_FROM_FEED = {"registration", "involvement", "citizen", "classification"}

_INDEXES = {
    "involvement_case": "involvement (tenant_id, case_id)",
    "involvement_source": "involvement (tenant_id, registration_id) WHERE valid_to IS NULL",
    "participant_case": "participant (tenant_id, case_id)",
    "participant_source": "participant (tenant_id, registration_id) WHERE valid_to IS NULL",
    "participant_professional": "participant (tenant_id, professional_id)",
    "citizen_case_of": "citizen (tenant_id, case_id)",
    "citizen_source": "citizen (tenant_id, registration_id) WHERE valid_to IS NULL",
    "professional_person": "professional (tenant_id, person_id)",
    "classification_case": "classification (tenant_id, case_id, at)",
    "enrolment_case": "enrolment (tenant_id, case_id)",
}


def upgrade() -> None:
    """Create everything."""
    create_house_tables("cases")
    for table, columns in _TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        protect(table, "cases", feed_reads=table not in _HIDDEN_FROM_FEED)
    for index, columns in _INDEXES.items():
        op.execute(f"CREATE INDEX {index} ON {columns}")


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE {table}")
    drop_house_tables()
