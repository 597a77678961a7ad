"""The tables of the projection; each row belongs to a generation, of which one is read."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.tables import key, tenant_key

metadata = MetaData()


def _generation() -> Column[int]:
    return Column("generation", Integer, primary_key=True)


measurement_cube = Table(
    "measurement_cube",
    metadata,
    tenant_key(),
    _generation(),
    key("id"),
    Column("version", BigInteger, nullable=False),
    Column("round_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("group_id", Uuid),
    Column("wave", Text, nullable=False),
    Column("round_state", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("cells", LargeBinary, nullable=False),
    Column("asked", LargeBinary, nullable=False),
    Column("packed", LargeBinary),
    Column("changed", BigInteger, nullable=False),
)
"""`changed` is the data version that a closed round's row came with; 0 while the round is open."""

register_state = Table(
    "register_state",
    metadata,
    tenant_key(),
    _generation(),
    Column("kind", Text, primary_key=True),
    key("id"),
    Column("version", BigInteger, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("changed", BigInteger, nullable=False),
)

data_version = Table(
    "data_version",
    metadata,
    tenant_key(),
    Column("feed", Text, primary_key=True),
    _generation(),
    Column("version", BigInteger, nullable=False),
    Column("removed", BigInteger, nullable=False),
)
"""What each tenant's figures are worked out of: the version of the last change, and of the last removal."""

known_tenant = Table("known_tenant", metadata, Column("tenant_id", Uuid, primary_key=True))
"""Which tenants the projection has rows of; clearing a generation goes through them."""
