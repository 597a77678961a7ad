"""Reads the scores of a data set back over REST, each as somebody who may see it."""

import asyncio
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from deploy.local.callers import Callers
from deploy.local.dataset.identifiers import Identifiers
from deploy.local.dataset.rows import Dataset, Role, Wave
from deploy.local.front_door import FrontDoor

_LOOK_AGAIN_SECONDS = 0.1
_PATIENCE = 600
_ALIKE = 3


@dataclass(frozen=True, slots=True)
class WaveResults:
    """What all cases of a wave say together, and each case's own scores by the file's id."""

    wave: Wave
    overview: dict[str, Any]
    reliability: dict[str, Any]
    associations: dict[str, Any]
    cases: dict[str, dict[str, Any]]


class ResultsReader:
    """Reads results; waits for what has been answered and isn't worked in yet."""

    def __init__(self, door: FrontDoor, callers: Callers, dataset: Dataset) -> None:
        self._door = door
        self._callers = callers
        self._data = dataset
        self._ids = Identifiers(callers.tenant)

    async def wave(self, wave: Wave) -> WaveResults:
        """Return everything of one wave; the cases first, as each shows that its round is in."""
        cases = await self._cases(wave)
        analyst = await self._callers.client_token(self._door, "research")
        overview, reliability, associations = await asyncio.gather(
            *(
                self._door.get(analyst, f"/v1/waves/{wave.code}/{what}")
                for what in ("overview", "reliability", "associations")
            )
        )
        return WaveResults(wave, overview, reliability, associations, cases)

    async def _cases(self, wave: Wave) -> dict[str, dict[str, Any]]:
        asked = [case.id for case in self._data.cases if len(self._members(case.id)) > 1]
        found = await asyncio.gather(
            *(
                self._available(
                    self.member_token(case),
                    f"/v1/cases/{self._ids.case(case)}/scores?wave={wave.code}",
                )
                for case in asked
            )
        )
        return dict(zip(asked, found, strict=True))

    async def matrix(self, case: str, wave: Wave) -> dict[str, Any]:
        """Return a case's matrix, as one of its own professionals sees it."""
        path = f"/v1/cases/{self._ids.case(case)}/matrix?wave={wave.code}"
        return await self._available(self.member_token(case), path)

    def member_token(self, case: str) -> str:
        """Return the token of the first professional in a case."""
        return self._callers.person_token(self.member_person(case), "professional")

    def member_person(self, case: str) -> Any:
        """Return the person that is the first professional in a case."""
        return self._ids.person(self._members(case)[0])

    def _members(self, case: str) -> list[str]:
        return [member.professional for member in self._data.members if member.case == case]

    async def _available(self, token: str, path: str) -> dict[str, Any]:
        for _ in range(_PATIENCE):
            answer = await self._door.get(token, path)
            if answer["status"] == "available":
                result: dict[str, Any] = answer["result"]
                return result
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        raise TimeoutError(f"{path} was not worked in")

    def alike_on_paper(self, results: WaveResults) -> list[str]:
        """Return the three cases alike on paper, in one municipality, that differ the most."""
        described = sorted((self._on_paper(case.id), case.id) for case in self._data.cases)
        best: tuple[float, list[str]] = (-1.0, [])
        for _, alike in groupby(described, key=lambda each: each[0]):
            scored = sorted(
                (value, case)
                for _, case in alike
                if case in results.cases and (value := case_score(results.cases[case])) is not None
            )
            if len(scored) >= _ALIKE:
                middle = scored[len(scored) // 2]
                spread = scored[-1][0] - scored[0][0]
                best = max(best, (spread, [scored[0][1], middle[1], scored[-1][1]]))
        return best[1]

    def _on_paper(self, case: str) -> tuple[str, int, int, int]:
        parts = [each for each in self._data.involvements if each.case == case]
        municipality = next(each.municipality for each in self._data.cases if each.id == case)
        units = {each.unit for each in parts}
        authorities = {each.unit for each in parts if each.role is Role.AUTHORITY}
        return municipality, len(units), len(authorities), len(self._members(case))


def case_score(results: dict[str, Any]) -> float | None:
    """Return a case's primary score."""
    value: float | None = results["caseScore"]["meanOfDyads"]["value"]
    return value
