"""The register's third revision: its feed tells enough of a case to say who may see it."""

from alembic import op

revision = "cases_0003"
down_revision = "cases_0002"
branch_labels = None
depends_on = None

_READ = {
    "involvement": "tenant_id, case_id, unit_id, valid_from, valid_to",
    "registration": "tenant_id, case_id, system, written_by",
}


def upgrade() -> None:
    """Let the feed read which units and sources a case has, and nothing else of them."""
    for table, columns in _READ.items():
        op.execute(f"CREATE POLICY every_tenant ON {table} FOR SELECT TO samspil_cases_feed USING (true)")
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO samspil_cases_feed")


def downgrade() -> None:
    """Hide them again."""
    for table, columns in _READ.items():
        op.execute(f"REVOKE ALL ({columns}) ON {table} FROM samspil_cases_feed")
        op.execute(f"DROP POLICY every_tenant ON {table}")
