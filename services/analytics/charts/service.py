"""Use cases of charts: take what was released to a caller, and draw exactly that."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar
from uuid import UUID

from services.analytics.charts.dimension_chart import dimension_chart
from services.analytics.charts.frame import Spec, written
from services.analytics.charts.matrix_chart import matrix_chart
from services.analytics.charts.network_chart import network_chart
from services.analytics.charts.press import Press
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import Released
from services.analytics.resident.asked import Asked
from services.analytics.resident.service import Residents
from services.analytics.scores.service import Scores
from shared.access.principal import Principal
from shared.audit import Access
from shared.representation import is_known
from shared.wire import Language

PICTURE = "image/svg+xml"
_DRAWING = "1"
"""Rises when the same specification is drawn otherwise, so that no one keeps the old picture."""

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The chart somebody wants: who, in which language and form, and which ones they have."""

    caller: Principal
    language: Language
    media_type: str
    known: frozenset[str]

    def knows(self, tag: str) -> bool:
        """Tell whether the caller has the answer with this tag already."""
        return is_known(tag, self.known)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its entity tag; no body for who has it."""

    tag: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Figure(Generic[Content]):
    """A chart of a result of all that is closed: how both come about, and whose reading is recorded.

    `of_cuts` says that cuts are in it, which may take long.
    """

    work_out: Callable[[Holdings, GroupSize], Content | None]
    chart: Callable[[Content | None, Language], Spec]
    access: Access | None = None
    of_cuts: bool = False


class Charts:
    """Draws results that were released, each reading recorded as the reading of its result."""

    def __init__(self, scores: Scores, residents: Residents, press: Press, executor: Executor) -> None:
        self._scores = scores
        self._residents = residents
        self._press = press
        self._executor = executor

    async def matrix(self, wanted: Wanted, case_id: UUID, wave: str) -> Drawn:
        """Draw a case's matrix for its team."""
        return await self._draw(
            wanted, await self._scores.matrix(wanted.caller, case_id, wave), matrix_chart
        )

    async def network(self, wanted: Wanted, case_id: UUID, wave: str) -> Drawn:
        """Draw a case's matrix as a network, for its team; none where groups were rated."""
        found = await self._scores.matrix(wanted.caller, case_id, wave)
        return await self._draw(wanted, found, network_chart)

    async def dimensions(self, wanted: Wanted, case_id: UUID, wave: str) -> Drawn:
        """Draw a case's dimensions: to its team exactly, to others over enough people."""
        found = await self._scores.case_scores(wanted.caller, case_id, wave)
        return await self._draw(wanted, found, dimension_chart)

    async def figures(self, wanted: Wanted, asked: Asked, figure: Figure[Content]) -> Drawn:
        """Draw what is released of all that is closed."""
        drawing = asked.and_of(_DRAWING)
        resident = self._residents.cuts if figure.of_cuts else self._residents.figures
        figured = await resident.release(drawing, figure.work_out, figure.access)
        if figured.view is None:
            return Drawn(figured.tag, None)
        spec = await self._specified(wanted, figured.view.result, figure.chart)
        return Drawn(figured.tag, await self._formed(wanted, spec))

    async def _draw(
        self,
        wanted: Wanted,
        found: Released[Content],
        chart: Callable[[Content | None, Language], Spec],
    ) -> Drawn:
        """Draw what was released; the tag is of the specification, so that none is drawn for nothing."""
        spec = await self._specified(wanted, found.result, chart)
        tag = _tag(spec, wanted.media_type)
        return Drawn(tag, None if wanted.knows(tag) else await self._formed(wanted, spec))

    async def _specified(
        self,
        wanted: Wanted,
        found: Content | None,
        chart: Callable[[Content | None, Language], Spec],
    ) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: written(chart(found, wanted.language)))

    async def _formed(self, wanted: Wanted, spec: bytes) -> bytes:
        return await self._press.picture(spec) if wanted.media_type == PICTURE else spec


def _tag(spec: bytes, media_type: str) -> str:
    digest = blake2b(b"\0".join((_DRAWING.encode(), media_type.encode(), spec)), digest_size=12)
    return f'W/"{digest.hexdigest()}"'
