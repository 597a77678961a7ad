"""Use cases of a case's team: read the projection, decide what may leave, work it out, let it out."""

import asyncio
from concurrent.futures import Executor
from uuid import UUID

from services.analytics.case_team.change import change_among, for_others, two_waves
from services.analytics.case_team.relations import relations_view
from services.analytics.case_team.schemas import CaseChangeView, RelationsView, SuggestionsView
from services.analytics.case_team.suggestions import suggestions_view
from services.analytics.looking import look_up, network_of_team
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize, shows_means, shows_team_results
from services.analytics.release.envelope import Released, released
from services.analytics.resident.service import Resident
from shared.access.principal import Principal
from shared.audit import Access
from shared.contracts.survey import Form
from shared.database.connection import Database
from shared.wire import Language

_TEAM = "case-team"


class CaseTeam:
    """Answers a case's team. Statistics never run inside a transaction."""

    def __init__(self, database: Database, resident: Resident, size: GroupSize, executor: Executor) -> None:
        self._database = database
        self._resident = resident
        self._size = size
        self._executor = executor

    async def relations(self, caller: Principal, case_id: UUID, wave: str) -> Released[RelationsView]:
        """Return a case's relations to its team, once the round is closed; none where groups were rated."""
        network = await self._network_of_team(caller, case_id, wave, "relations")
        return released(relations_view(network) if network and network.is_mutual else None)

    async def suggestions(
        self, caller: Principal, case_id: UUID, wave: str, language: Language
    ) -> Released[SuggestionsView]:
        """Return what to take up in the network meetings, to the team, once the round is closed."""
        network = await self._network_of_team(caller, case_id, wave, "meeting-suggestions")
        return released(suggestions_view(network, language) if network else None)

    async def change(
        self, caller: Principal, case_id: UUID, earlier: str, later: str
    ) -> Released[CaseChangeView]:
        """Return how a case changed: exactly to the team of both waves, to others over enough people."""
        access = Access("read", "case-change", case_id, "case-results")
        data = await look_up(self._database, caller, access, earlier, later)
        waves = two_waves(*(each.of(Form.NETWORK) for each in data))
        if waves is None:
            return released(None)
        others = (await self._resident.holdings(caller)).wave(earlier)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._executor, change_among, waves, others, self._size)
        rounds = list(zip((waves.before.state, waves.after.state), data, strict=True))
        exact = all(shows_team_results(caller.person, state, each.case) for state, each in rounds)
        if exact:
            return released(found)
        may_see = any(shows_means(caller, state, each.case) for state, each in rounds)
        return released(for_others(found, self._size) if may_see else None)

    async def _network_of_team(
        self, caller: Principal, case_id: UUID, wave: str, what: str
    ) -> Measurement | None:
        """Return the network measurement if the caller sees it exactly, else None."""
        access = Access("read", what, case_id, _TEAM)
        return await network_of_team(self._database, caller, access, wave)
