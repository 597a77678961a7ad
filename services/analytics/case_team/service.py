"""Use cases of a case's team: read the projection, decide what may leave, work it out, let it out."""

from uuid import UUID

from services.analytics.case_team.relations import relations_view
from services.analytics.case_team.schemas import RelationsView
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.reading import read_case
from services.analytics.release.decisions import shows_team_results
from services.analytics.release.envelope import Released, released
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.contracts.survey import Form
from shared.database.connection import Database

_TEAM = "case-team"


class CaseTeam:
    """Answers a case's team. Statistics never run inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def relations(self, caller: Principal, case_id: UUID, wave: str) -> Released[RelationsView]:
        """Return a case's relations to its team, once the round is closed."""
        network = await self._network_of_team(caller, case_id, wave, "relations")
        return released(relations_view(network) if network else None)

    async def _network_of_team(
        self, caller: Principal, case_id: UUID, wave: str, what: str
    ) -> Measurement | None:
        """Return the network measurement if the caller sees it exactly, and record that; else None."""
        async with self._database.transaction(caller.tenant, caller) as transaction:
            data = await read_case(transaction, case_id, wave)
            network = data.of(Form.NETWORK)
            if network is None or not shows_team_results(caller.person, network.state, data.case):
                return None
            await record_access(transaction, Access("read", what, case_id, _TEAM))
        return network
