"""Use cases of exports: take what is released, write it as a file, record whose data are in it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from services.analytics.exports.errors import NOT_AVAILABLE
from services.analytics.exports.figures import ReleasedView, figures_table
from services.analytics.exports.files import WRITERS, ExportFile, file_of
from services.analytics.exports.graphml import write_graphml
from services.analytics.exports.schemas import ExportPurpose, TeamContent, WaveContent
from services.analytics.exports.sources import case_views, wave_views
from services.analytics.exports.team import answers_table, matrix_table, network_of
from services.analytics.looking import network_of_team
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import Least
from services.analytics.release.decisions import GroupSize
from services.analytics.resident.asked import Asked
from services.analytics.resident.service import Residents
from services.analytics.scores.case_scores import matrix_view
from shared.access.principal import Principal
from shared.audit import Access, record_accesses
from shared.database.connection import Database
from shared.errors import Problem
from shared.wire import Language

_ACTION = "export"
_VIEWS: dict[WaveContent, Callable[[str, Holdings, Least], list[ReleasedView]]] = {
    WaveContent.FIGURES: wave_views,
    WaveContent.CASE_SCORES: case_views,
}


@dataclass(frozen=True, slots=True)
class TeamWish:
    """Which file a case's team wants, and what for."""

    content: TeamContent
    wave: str
    purpose: ExportPurpose
    media_type: str
    language: Language


@dataclass(frozen=True, slots=True)
class WaveWish:
    """Which file of a wave is wanted; `purpose` is there where single cases are in it."""

    content: WaveContent
    wave: str
    media_type: str
    purpose: ExportPurpose | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and the cases it holds figures of one by one."""

    file: ExportFile
    cases: tuple[UUID, ...]


class Exports:
    """Writes files. Neither statistics nor writing run inside a transaction, or on the loop.

    `cases` is how many a part of a distribution must hold.
    """

    def __init__(
        self, database: Database, residents: Residents, executor: Executor, cases: GroupSize
    ) -> None:
        self._database = database
        self._residents = residents
        self._executor = executor
        self._cases = cases

    async def team_file(self, caller: Principal, case_id: UUID, wanted: TeamWish) -> ExportFile:
        """Return a case's results as a file, to its team, once the round is closed.

        Raises
        ------
        Problem
            404 for whoever may not see them, and if there are none, alike.
        """
        access = Access(_ACTION, wanted.content, case_id, wanted.purpose)
        network = await network_of_team(self._database, caller, access, wanted.wave)
        if network is None:
            raise Problem(NOT_AVAILABLE)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, team_file, case_id, network, wanted)

    async def wave_file(self, asked: Asked, wanted: WaveWish) -> tuple[str, ExportFile | None]:
        """Return the tag and the file of a wave's released figures; no file to who has it.

        Raises
        ------
        Problem
            404 where nothing is released.
        """
        of_size = asked.and_of(self._cases.minimum)
        work_out = partial(wave_file, wanted, asked.language, self._cases)
        figures = wanted.content is WaveContent.FIGURES
        resident = self._residents.cuts if figures else self._residents.figures
        figured = await resident.release(of_size, work_out)
        if figured.view is None:
            return figured.tag, None
        written = figured.view.result
        if written is None:
            raise Problem(NOT_AVAILABLE)
        await self._record(asked.caller, wanted, written.cases)
        return figured.tag, written.file

    async def _record(self, caller: Principal, wanted: WaveWish, cases: Sequence[UUID]) -> None:
        """Record each case whose figures leave, before they do."""
        if wanted.purpose is None or not cases:
            return
        accesses = [Access(_ACTION, wanted.content, each, wanted.purpose) for each in cases]
        async with self._database.transaction(caller.tenant, caller) as transaction:
            await record_accesses(transaction, accesses)


def team_file(case_id: UUID, network: Measurement, wanted: TeamWish) -> ExportFile:
    """Write a case's released matrix as a file."""
    matrix = matrix_view(network)
    stem = f"case-{wanted.content}-{wanted.wave}"
    if wanted.content is TeamContent.NETWORK:
        drawn = network_of(case_id, matrix, network.respondents)
        return file_of(write_graphml(drawn), wanted.media_type, stem)
    table = (answers_table if wanted.content is TeamContent.ANSWERS else matrix_table)(case_id, matrix)
    return file_of(WRITERS[wanted.media_type](table, wanted.language), wanted.media_type, stem)


def wave_file(
    wanted: WaveWish, language: Language, cases: GroupSize, held: Holdings, people: GroupSize
) -> Written | None:
    """Write a wave's released figures as a file, unless nothing is released."""
    views = _VIEWS[wanted.content](wanted.wave, held, Least(people, cases))
    if not views:
        return None
    body = WRITERS[wanted.media_type](figures_table(wanted.wave, views), language)
    file = file_of(body, wanted.media_type, f"wave-{wanted.content}-{wanted.wave}")
    return Written(file, tuple(each.case_id for each in views if each.case_id is not None))
