"""The tables of tenants, issuers and clients; every row belongs to one tenant, the tenant's own row too."""

from sqlalchemy import ARRAY, Column, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, tenant_key, version

metadata = MetaData()

tenant = Table(
    "tenant",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
)

issuer = Table(
    "issuer",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("issuer", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("algorithms", ARRAY(Text), nullable=False),
    Column("jwks", JSONB, nullable=False),
)

client = Table(
    "client",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("secret_digests", ARRAY(LargeBinary), nullable=False),
)
