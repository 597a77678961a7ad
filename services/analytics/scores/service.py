"""Use cases of scores: read the projection, decide what may leave, work it out, let it out."""

from uuid import UUID

from services.analytics.looking import look_up
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.scores import mean_of_dyads
from services.analytics.projection.measurement import measurement_of
from services.analytics.projection.repository import read_cubes
from services.analytics.projection.selection import one_of
from services.analytics.projection.tables import measurement_cube
from services.analytics.release.decisions import (
    GroupSize,
    shows_means,
    shows_team_results,
)
from services.analytics.release.envelope import Released, released, score
from services.analytics.resident.memo import Memo
from services.analytics.scores.case_scores import (
    case_results,
    provenance_of,
    results_for_others,
    shared_citizen_score,
)
from services.analytics.scores.repository import read_versions
from services.analytics.scores.schemas import CaseResults, LiveScores, MatrixView
from services.analytics.scores.team_matrix import TeamMatrix, as_sent, read_team_matrix
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.contracts.survey import Form, RoundState, Visibility
from shared.database.connection import Database
from shared.errors import NOT_FOUND, Problem


class Scores:
    """Answers for scores of a case or a round. Statistics never run inside a transaction."""

    def __init__(self, database: Database, size: GroupSize, memo: Memo[TeamMatrix]) -> None:
        self._database = database
        self._size = size
        self._memo = memo

    async def matrix(self, caller: Principal, case_id: UUID, wave: str) -> Released[MatrixView]:
        """Return a case's exact matrix to its team, once the round is closed."""
        shown = await self._team_matrix(caller, case_id, wave)
        return released(shown.view() if shown else None)

    async def matrix_as_sent(self, caller: Principal, case_id: UUID, wave: str) -> bytes:
        """Return the same as JSON, which is written once of the same rows."""
        shown = await self._team_matrix(caller, case_id, wave)
        if shown is None:
            return as_sent(None)
        body = shown.as_sent()
        self._memo.keep((caller.tenant, case_id, wave, shown.versions), shown, shown.size)
        return body

    async def _team_matrix(self, caller: Principal, case_id: UUID, wave: str) -> TeamMatrix | None:
        """Return what a caller may see; which rows there are is asked each time, and who asks recorded."""
        async with self._database.transaction(caller.tenant, caller) as transaction:
            await record_access(transaction, Access("read", "matrix", case_id, "case-team"))
            versions = await read_versions(transaction, case_id, wave)
            found = self._memo.get((caller.tenant, case_id, wave, versions))
            if found is None:
                found = await read_team_matrix(transaction, case_id, wave)
        return found if found.is_shown_to(caller.person) else None

    async def case_scores(self, caller: Principal, case_id: UUID, wave: str) -> Released[CaseResults]:
        """Return a case's scores: to its team exactly, to others over enough people."""
        access = Access("read", "case-scores", case_id, "case-results")
        (data,) = await look_up(self._database, caller, access, wave)
        network = data.of(Form.NETWORK)
        if network is None or not shows_team_results(caller.person, network.state, data.case):
            others_see = network is not None and shows_means(caller, network.state, data.case)
            return released(results_for_others(data.measurements, self._size) if others_see else None)
        others = [each for each in data.measurements if each is not network]
        citizens = data.of(Form.CITIZEN)
        return released(case_results(network, others, shared_citizen_score(citizens) if citizens else None))

    async def live_scores(self, caller: Principal, round_id: UUID) -> LiveScores:
        """Return a round's scores while it is open; the policy lets only technical clients ask.

        Raises
        ------
        Problem
            404 if the tenant has no such round open, or it is confidential.
        """
        async with self._database.transaction(caller.tenant, caller) as transaction:
            await record_access(transaction, Access("read", "live-scores", round_id, "live"))
            rows = await read_cubes(transaction, measurement_cube.c.round_id == round_id)
        # Whoever watches live scores could work single answers out: confidential rounds have none.
        if not rows or rows[0].state["visibility"] == Visibility.CONFIDENTIAL:
            raise Problem(NOT_FOUND)
        if rows[0].round_state != RoundState.OPEN:
            raise Problem(NOT_FOUND)
        measurements = [measurement_of(row) for row in rows]
        network = one_of(measurements, Form.NETWORK)
        submitted = [done for each in measurements for done in each.state.submitted]
        return LiveScores(
            provenance=provenance_of(measurements, measurements[0].state.wave),
            submitted=sum(submitted),
            asked=len(submitted),
            case_score=score(mean_of_dyads(dyads_of(network.cube))) if network else None,
        )
