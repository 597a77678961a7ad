"""The register's second revision: sources, history, rule sets, groups, handovers, data protection."""

from alembic import op

from shared.database.migrations.operations import protect, references

revision = "cases_0002"
down_revision = "cases_0001"
branch_labels = None
depends_on = None

_KEY = "tenant_id uuid NOT NULL, id uuid NOT NULL"
_PRIMARY = "PRIMARY KEY (tenant_id, id)"
_STATUSES = "('opened', 'informed', 'decided', 'closed')"
_SENSITIVITIES = "('not-confidential', 'confidential', 'sensitive', 'vip')"
_STATUS = f"status text NOT NULL DEFAULT 'opened' CHECK (status IN {_STATUSES})"
_SENSITIVITY = f"sensitivity text CHECK (sensitivity IN {_SENSITIVITIES})"
_PROVISIONAL = "provisional boolean NOT NULL DEFAULT false"
_SUBJECT = (
    "subject_type text NOT NULL CHECK (subject_type IN ('citizen', 'employee')), subject_id uuid NOT NULL"
)

_ADDED = {
    "area": (_PROVISIONAL, "valid_to timestamptz"),
    "unit": (_PROVISIONAL, "valid_to timestamptz", "merged_into_id uuid"),
    "person": (_PROVISIONAL,),
    "professional": (_PROVISIONAL,),
    "citizen_case": (
        _STATUS,
        _SENSITIVITY,
        "target_group text",
        "kle_number text",
        "municipality_code text",
        "level text NOT NULL DEFAULT 'ordinary'",
        "rule_set text NOT NULL DEFAULT 'default/1'",
        "units_within integer NOT NULL DEFAULT 0",
        "units_external integer NOT NULL DEFAULT 0",
        "authorities_within integer NOT NULL DEFAULT 0",
        "authorities_external integer NOT NULL DEFAULT 0",
        "updated_at timestamptz NOT NULL DEFAULT now()",
        "closed_at timestamptz",
        "joined_into_id uuid",
    ),
    "registration": (
        _STATUS,
        _SENSITIVITY,
        "kle_number text",
        "joined boolean NOT NULL DEFAULT false",
        "snapshot bigint",
        "first_case_id uuid",
        "written_by text",
        "updated_at timestamptz NOT NULL DEFAULT now()",
        "ended_at timestamptz",
    ),
    "participant": ("primary_contact boolean NOT NULL DEFAULT false", "source_professional_id uuid"),
    "classification": (
        "reason text NOT NULL DEFAULT 'registration'",
        "units_within integer NOT NULL DEFAULT 0",
        "units_external integer NOT NULL DEFAULT 0",
        "authorities_within integer NOT NULL DEFAULT 0",
        "authorities_external integer NOT NULL DEFAULT 0",
    ),
    "study": ("waves jsonb NOT NULL DEFAULT '[]'::jsonb",),
    "enrolment": (
        "seed bigint",
        "selected_by text",
        "selection_reason text",
        "withdrawn_at timestamptz",
        "withdrawal_reason text",
    ),
}

_LINKS = {
    "unit_merged_into": ("unit", references("merged_into_id", "unit")),
    "citizen_case_joined_into": ("citizen_case", references("joined_into_id", "citizen_case")),
    "participant_in_source": ("participant", references("source_professional_id", "professional")),
}

_TABLES = {
    "source_reference": "tenant_id uuid NOT NULL, system text NOT NULL, "
    "kind text NOT NULL CHECK (kind IN ('area', 'unit', 'person', 'professional')), "
    "reference text NOT NULL, subject_id uuid NOT NULL, source_version bigint NOT NULL, "
    "ended_at timestamptz, PRIMARY KEY (tenant_id, system, kind, reference)",
    "organisation_source": "tenant_id uuid NOT NULL, system text NOT NULL, source_version bigint NOT NULL, "
    "synchronised_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, system)",
    "organisation_history": "tenant_id uuid NOT NULL, "
    "kind text NOT NULL CHECK (kind IN ('area', 'unit', 'professional')), "
    "subject_id uuid NOT NULL, version bigint NOT NULL, at timestamptz NOT NULL, state jsonb NOT NULL, "
    "PRIMARY KEY (tenant_id, kind, subject_id, version)",
    "case_source": "tenant_id uuid NOT NULL, system text NOT NULL, snapshot bigint NOT NULL, "
    "closed_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, system)",
    "citizen_pseudonym": "tenant_id uuid NOT NULL, key_version integer NOT NULL, digest bytea NOT NULL, "
    "citizen_id uuid NOT NULL, PRIMARY KEY (tenant_id, key_version, digest)",
    "case_history": "tenant_id uuid NOT NULL, case_id uuid NOT NULL, version bigint NOT NULL, "
    "at timestamptz NOT NULL, state jsonb NOT NULL, PRIMARY KEY (tenant_id, case_id, version), "
    f"{references('case_id', 'citizen_case')}",
    "handover": f"{_KEY}, case_id uuid NOT NULL, from_professional_id uuid NOT NULL, "
    "to_professional_id uuid NOT NULL, at timestamptz NOT NULL, note text NOT NULL, "
    f"recorded_by text NOT NULL, {_PRIMARY}, {references('case_id', 'citizen_case')}, "
    f"{references('from_professional_id', 'professional')}, "
    f"{references('to_professional_id', 'professional')}",
    "rule_set": f"{_KEY}, version bigint NOT NULL, code text NOT NULL, revision integer NOT NULL, "
    "levels jsonb NOT NULL, external_units_count boolean NOT NULL, used_at timestamptz, "
    f"{_PRIMARY}, UNIQUE (tenant_id, code, revision)",
    "rule_set_activation": f"{_KEY}, rule_set_id uuid, at timestamptz NOT NULL, actor text NOT NULL, "
    f"{_PRIMARY}, {references('rule_set_id', 'rule_set')}",
    "reclassification": f"{_KEY}, reason text NOT NULL, unit_id uuid, after_case_id uuid, "
    "cases integer NOT NULL DEFAULT 0, requested_at timestamptz NOT NULL, done_at timestamptz, "
    f"{_PRIMARY}, {references('unit_id', 'unit')}",
    "collaboration_group": f"{_KEY}, version bigint NOT NULL, kind text NOT NULL "
    "CHECK (kind IN ('leaders', 'authority-function', 'service-effort')), name text NOT NULL, "
    "municipality_code text NOT NULL, respondent_label text NOT NULL, subject_groups jsonb NOT NULL, "
    f"valid_to timestamptz, {_PRIMARY}",
    "group_member": f"{_KEY}, group_id uuid NOT NULL, professional_id uuid NOT NULL, subject_group text, "
    "role text NOT NULL CHECK (role IN ('participant', 'facilitator', 'co-leader')), "
    "valid_from timestamptz NOT NULL, valid_to timestamptz CHECK (valid_to >= valid_from), "
    f"{_PRIMARY}, {references('group_id', 'collaboration_group')}, "
    f"{references('professional_id', 'professional')}",
    "information": f"{_KEY}, {_SUBJECT}, case_id uuid, informed_at timestamptz NOT NULL, "
    "channel text NOT NULL, text_version text NOT NULL, recorded_by text NOT NULL, "
    f"recorded_at timestamptz NOT NULL, {_PRIMARY}",
    "objection": f"{_KEY}, version bigint NOT NULL, {_SUBJECT}, objected_at timestamptz NOT NULL, "
    f"reason text, withdrawn_at timestamptz, {_PRIMARY}",
    "retention_rule": f"{_KEY}, version bigint NOT NULL, target_group text, "
    f"months_after_closing integer NOT NULL CHECK (months_after_closing >= 1), {_PRIMARY}",
    "erasure": f"{_KEY}, subject_type text NOT NULL "
    "CHECK (subject_type IN ('case', 'citizen', 'employee')), subject_id uuid NOT NULL, "
    "systems text[] NOT NULL, erased_at timestamptz NOT NULL, reason text NOT NULL, "
    f"recorded_by text NOT NULL, {_PRIMARY}",
}

_FEED_READS = {"reclassification", "collaboration_group", "group_member"}

_INDEXES = {
    "citizen_case_registered": "citizen_case (tenant_id, registered_at, id)",
    "citizen_case_updated": "citizen_case (tenant_id, updated_at, id)",
    "citizen_case_level": "citizen_case (tenant_id, level, registered_at, id)",
    "citizen_case_status": "citizen_case (tenant_id, status, registered_at, id)",
    "citizen_case_target": "citizen_case (tenant_id, target_group, registered_at, id)",
    "citizen_case_municipality": "citizen_case (tenant_id, municipality_code, registered_at, id)",
    "citizen_case_open": "citizen_case (tenant_id, registered_at, id) WHERE closed_at IS NULL",
    "citizen_case_closed": "citizen_case (tenant_id, closed_at) WHERE closed_at IS NOT NULL",
    "registration_by_hand": "registration (tenant_id, written_by) WHERE system = 'case-team'",
    "registration_case": "registration (tenant_id, case_id, system)",
    "registration_seen": "registration (tenant_id, system, snapshot) WHERE ended_at IS NULL",
    "involvement_unit": "involvement (tenant_id, unit_id, case_id)",
    "participant_person": "participant (tenant_id, professional_id, case_id)",
    "citizen_in_cases": "citizen (tenant_id, citizen_id)",
    "professional_leader": "professional (tenant_id, leader_id)",
    "professional_unit": "professional (tenant_id, unit_id)",
    "unit_parent": "unit (tenant_id, parent_id)",
    "source_reference_subject": "source_reference (tenant_id, subject_id)",
    "citizen_pseudonym_citizen": "citizen_pseudonym (tenant_id, citizen_id)",
    "handover_case": "handover (tenant_id, case_id)",
    "rule_set_activation_at": "rule_set_activation (tenant_id, at)",
    "reclassification_due": "reclassification (tenant_id, id) WHERE done_at IS NULL",
    "group_member_group": "group_member (tenant_id, group_id)",
    "group_member_professional": "group_member (tenant_id, professional_id)",
    "information_subject": "information (tenant_id, subject_id)",
    "objection_subject": "objection (tenant_id, subject_id)",
    "erasure_subject": "erasure (tenant_id, subject_id)",
    "information_case": "information (tenant_id, case_id) WHERE case_id IS NOT NULL",
    "citizen_case_joined": "citizen_case (tenant_id, joined_into_id) WHERE joined_into_id IS NOT NULL",
    "registration_first_case": "registration (tenant_id, first_case_id) WHERE first_case_id IS NOT NULL",
    "participant_sent": "participant (tenant_id, source_professional_id) "
    "WHERE source_professional_id IS NOT NULL",
    "handover_from": "handover (tenant_id, from_professional_id)",
    "handover_to": "handover (tenant_id, to_professional_id)",
    "change_log_tenant": "change_log (tenant_id, epoch, xid, id)",
    "audit_event_actor": "audit_event (tenant_id, actor, at)",
}

_PARTS = ("involvement", "participant", "citizen")
"""Erasing a file checks its ended parts, too: an index of the open ones would have it read them all."""


_CATCH_UP = (
    "INSERT INTO case_history (tenant_id, case_id, version, at, state) "
    "SELECT tenant_id, id, version, registered_at, jsonb_build_object("
    "'respondent_label', respondent_label, 'target_group', NULL, 'municipality_code', NULL, "
    "'status', status, 'kle_number', NULL, 'sensitivity', NULL) FROM citizen_case",
    "INSERT INTO reclassification (tenant_id, id, reason, requested_at) "
    "SELECT tenant_id, uuidv7(), 'register-upgraded', now() FROM citizen_case GROUP BY tenant_id",
)
"""What cases that are there already get: a history that begins, and a classification on their row."""

_CAUGHT_UP = ("citizen_case", "case_history", "reclassification")


def upgrade() -> None:
    """Add everything; what is there keeps its meaning."""
    for table, added in _ADDED.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'ADD COLUMN {column}' for column in added)}")
    for name, (table, link) in _LINKS.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {link}")
    for table, columns in _TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        protect(table, "cases", feed_reads=table in _FEED_READS)
    for index, columns in _INDEXES.items():
        op.execute(f"CREATE INDEX {index} ON {columns}")
    for table in _CAUGHT_UP:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in _CATCH_UP:
        op.execute(statement)
    for table in _CAUGHT_UP:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for part in _PARTS:
        op.execute(f"DROP INDEX {part}_source")
        op.execute(f"CREATE INDEX {part}_source ON {part} (tenant_id, registration_id)")


def downgrade() -> None:
    """Take away what was added."""
    for part in _PARTS:
        op.execute(f"DROP INDEX {part}_source")
        op.execute(
            f"CREATE INDEX {part}_source ON {part} (tenant_id, registration_id) WHERE valid_to IS NULL"
        )
    for index in _INDEXES:
        op.execute(f"DROP INDEX {index}")
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, (table, _) in _LINKS.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table, added in _ADDED.items():
        op.execute(
            f"ALTER TABLE {table} {', '.join(f'DROP COLUMN {column.split()[0]}' for column in added)}"
        )
