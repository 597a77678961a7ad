"""The tables of tenants, issuers and clients; every row belongs to one tenant, the tenant's own row too."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, moment, tenant_key, version

metadata = MetaData()

tenant = Table(
    "tenant",
    metadata,
    tenant_key(),
    key("id"),
    version(),
    Column("name", Text, nullable=False),
    Column("sandbox", Boolean, nullable=False),
    moment("closed_at", nullable=True),
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
    Column("jwks", JSONB(none_as_null=True)),
    Column("mapping", JSONB(none_as_null=True)),
    Column("found_keys", JSONB(none_as_null=True)),
    moment("found_at", nullable=True),
)
"""`jwks` are keys an operator registered; `found_keys` are those an issuer without any was asked for."""

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
    Column("jwks", JSONB(none_as_null=True)),
    Column("acts_for_roles", ARRAY(Text), nullable=False),
)

closed_client = Table("closed_client", metadata, tenant_key(), key("id"), moment("closed_at"))
"""Clients that are no more: their tokens are refused, and their ids are used for nothing else."""

used_assertion = Table(
    "used_assertion",
    metadata,
    tenant_key(),
    key("client_id"),
    Column("digest", LargeBinary, primary_key=True),
    moment("expires_at"),
)
"""The `jti` of each client's assertions that were taken, hashed, until the assertion would expire."""

access_state = Table(
    "access_state",
    metadata,
    Column("one", Boolean, primary_key=True),
    Column("changes", BigInteger, nullable=False),
)
"""One row: a number that grows with each change of access, by which every replica forgets what it knew."""
