"""SIGKILL of any service at any moment: the job completes, and every score is the undisturbed run's."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from deploy.local.dataset.rows import Dataset
from deploy.local.front_door import FrontDoor
from deploy.local.house import SERVICES, Blueprint, prepare_databases, running_house
from deploy.local.postgres import EmbeddedPostgres
from tests.support.houses import (
    Lodging,
    Running,
    dataset_in,
    free_first_port,
    lodging,
    only_needed_people,
    some_cases,
)
from tests.support.one_process import house_in_one_process

FOLDER = Path(__file__).parents[1] / "reference/five_municipalities"
SEED = 20261121
KILLS = int(os.environ.get("SAMSPIL_KILLS", "2"))
"""How often each service is killed."""
LEAST_MEMBERS = 7


def small_dataset() -> Dataset:
    """Return two cases with everybody in them, each of enough people to be a step of its own.

    So it is the same in whichever order their rounds close.
    """
    whole = dataset_in(FOLDER)
    members = Counter(each.case for each in whole.members)
    large = [case.id for case in whole.cases if members[case.id] >= LEAST_MEMBERS]
    return only_needed_people(some_cases(whole, large[:2]))


class KillingDoor(FrontDoor):
    """Counts the job's calls, and kills a service at each for which one is named.

    So the kills are spread over all of the job, however fast it goes: the next waits until the one before
    is over, as one service at a time is down.
    """

    def __init__(self, lodged: Lodging, victims: dict[int, str], chance: random.Random) -> None:
        super().__init__(lodged.house.url)
        self.calls = 0
        self._supervisor = lodged.house.supervisor
        self._victims = victims
        self._chance = chance
        self._one_down = asyncio.Lock()
        self._kills: list[asyncio.Task[None]] = []

    async def call(
        self, token: str, method: str, path: str, body: object = None, **headers: str
    ) -> httpx2.Response:
        """Send a call; a kill strikes it, or one of those beside and after it."""
        self.calls += 1
        if victim := self._victims.get(self.calls):
            await self._one_down.acquire()
            self._kills.append(asyncio.create_task(self._kill(victim)))
        return await super().call(token, method, path, body, **headers)

    async def _kill(self, service: str) -> None:
        """Kill a service and let it come back."""
        try:
            await asyncio.sleep(self._chance.uniform(0.0, 0.1))
            self._supervisor.kill(service)
            await self._supervisor.wait_ready(service)
        finally:
            self._one_down.release()

    async def close(self) -> None:
        """Let the last one killed come back, and close the connections."""
        await asyncio.gather(*self._kills)
        await super().close()


def victims_among(calls: int, chance: random.Random) -> dict[int, str]:
    """Return which service is killed at which call: each as often, at moments spread over all of them."""
    services = [*SERVICES] * KILLS
    chance.shuffle(services)
    return dict(zip(sorted(chance.sample(range(1, calls + 1), len(services))), services, strict=True))


async def job_done(lodged: Lodging, victims: dict[int, str], chance: random.Random) -> int:
    """Do the main job while services are killed; return how many calls it made."""
    door = KillingDoor(lodged, victims, chance)
    try:
        await lodged.do_main_job(door)
    finally:
        await door.close()
    return door.calls


async def results_of(lodged: Lodging) -> list[Any]:
    """Return every result."""
    results = await lodged.results()
    return [[each.overview, each.reliability, each.associations, each.cases] for each in results]


@asynccontextmanager
async def lodged_in(folder: Path, run: Running = running_house) -> AsyncIterator[Lodging]:
    """Run a house of its own; its services are killed, never its database."""
    folder.mkdir()
    blueprint = Blueprint(folder, free_first_port())
    server = EmbeddedPostgres(folder / "postgres", options={"fsync": "off"})
    try:
        address = server.start()
        await asyncio.to_thread(prepare_databases, blueprint, address)
        async with lodging(blueprint, address, small_dataset(), run) as lodged:
            yield lodged
    finally:
        server.destroy()


async def test_scores_are_equal_bit_by_bit_whatever_is_killed(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with lodged_in(tmp_path / "quiet", house_in_one_process) as lodged:
        calls = await job_done(lodged, {}, chance)
        quiet = await results_of(lodged)
    async with lodged_in(tmp_path / "disturbed") as lodged:
        await job_done(lodged, victims_among(calls, chance), chance)
        disturbed = await results_of(lodged)
        starts = {service: lodged.house.supervisor.starts(service) for service in SERVICES}
    assert all(times > KILLS for times in starts.values())
    assert disturbed == quiet
