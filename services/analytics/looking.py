"""Looks a case up for somebody and records that, whatever comes of it; shows nobody anything by itself."""

from services.analytics.projection.measurement import Measurement
from services.analytics.projection.reading import CaseData, read_case
from services.analytics.release.decisions import shows_team_results
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.contracts.survey import Form
from shared.database.connection import Database


async def look_up(database: Database, caller: Principal, access: Access, *waves: str) -> list[CaseData]:
    """Return what there is of the case in these waves; that it was asked for is recorded."""
    async with database.transaction(caller.tenant, caller) as transaction:
        await record_access(transaction, access)
        return [await read_case(transaction, access.subject, wave) for wave in waves]


async def network_of_team(
    database: Database, caller: Principal, access: Access, wave: str
) -> Measurement | None:
    """Return a case's network measurement to who sees its exact results, else None."""
    (data,) = await look_up(database, caller, access, wave)
    network = data.of(Form.NETWORK)
    if network is None or not shows_team_results(caller.person, network.state, data.case):
        return None
    return network
