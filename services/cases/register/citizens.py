"""Citizens' pseudonyms: a CPR number becomes the tenant's keyed digest at once, and is kept nowhere.

A look-up tries each key, and contact rewrites a citizen under the newest, so an old key dies out.
"""

from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.tables import citizen_pseudonym
from shared.database.connection import Transaction


async def find_citizen(transaction: Transaction, keys: CitizenKeys, cpr: SecretStr) -> UUID | None:
    """Return the citizen's id; written under an older key, it is rewritten under the newest."""
    stored = citizen_pseudonym.c
    known = keys.digests(transaction.tenant, cpr)
    row = await transaction.first(
        select(stored.citizen_id, stored.key_version, stored.digest)
        .where(
            stored.tenant_id == transaction.tenant,
            tuple_(stored.key_version, stored.digest).in_(known),
        )
        .order_by(stored.key_version.desc())
    )
    if row is None:
        return None
    if row.key_version != known[0][0]:
        await _keep(transaction, known[0], row.citizen_id)
        await transaction.execute(
            delete(citizen_pseudonym).where(
                stored.tenant_id == transaction.tenant,
                stored.citizen_id == row.citizen_id,
                stored.key_version < known[0][0],
            )
        )
    citizen_id: UUID = row.citizen_id
    return citizen_id


async def pseudonym_of(transaction: Transaction, keys: CitizenKeys, cpr: SecretStr) -> UUID:
    """Return the citizen's id, made at first sight."""
    known = await find_citizen(transaction, keys, cpr)
    if known is not None:
        return known
    await _keep(transaction, keys.digests(transaction.tenant, cpr)[0], uuid7())
    found = await find_citizen(transaction, keys, cpr)
    if found is None:
        raise LookupError("a pseudonym just kept is not there")
    return found


async def _keep(transaction: Transaction, digest: tuple[int, bytes], citizen_id: UUID) -> None:
    """Keep a digest, unless somebody else has in the meantime."""
    await transaction.execute(
        insert(citizen_pseudonym)
        .values(
            tenant_id=transaction.tenant, key_version=digest[0], digest=digest[1], citizen_id=citizen_id
        )
        .on_conflict_do_nothing()
    )
