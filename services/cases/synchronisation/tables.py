"""The table of what each source last sent; the references themselves are the organisation's."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from shared.database.tables import moment, tenant_key

metadata = MetaData()

organisation_source = Table(
    "organisation_source",
    metadata,
    tenant_key(),
    Column("system", Text, primary_key=True),
    Column("source_version", BigInteger, nullable=False),
    moment("synchronised_at"),
)
