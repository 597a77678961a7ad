"""SIGKILL of any service at any moment: the job completes, and every score is the undisturbed run's."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

from deploy.local.dataset.rows import Dataset
from deploy.local.house import SERVICES, Blueprint, postgres_of, prepare_databases
from deploy.local.supervisor import Supervisor
from tests.support.houses import (
    Lodging,
    dataset_in,
    free_first_port,
    lodging,
    only_needed_people,
    some_cases,
)

FOLDER = Path(__file__).parents[1] / "reference/five_municipalities"
SEED = 20261121
LEAST_KILLS = 5
LEAST_MEMBERS = 7


def small_dataset() -> Dataset:
    """Return two cases with everybody in them, each of enough people to be a step of its own.

    So it is the same in whichever order their rounds close.
    """
    whole = dataset_in(FOLDER)
    members = Counter(each.case for each in whole.members)
    large = [case.id for case in whole.cases if members[case.id] >= LEAST_MEMBERS]
    return only_needed_people(some_cases(whole, large[:2]))


async def scores_of(folder: Path, dataset: Dataset, *, disturbed: bool) -> tuple[list[Any], int]:
    """Do the main job in a house of its own; return every result, and how often it was killed."""
    folder.mkdir()
    blueprint = Blueprint(folder, free_first_port())
    server = postgres_of(folder)
    try:
        address = server.start()
        await asyncio.to_thread(prepare_databases, blueprint, address)
        async with lodging(blueprint, address, dataset) as lodged:
            kills = await _disturbed_job(lodged) if disturbed else await _quiet_job(lodged)
            results = await lodged.results()
        return [[each.overview, each.reliability, each.associations, each.cases] for each in results], kills
    finally:
        server.destroy()


async def _quiet_job(lodged: Lodging) -> int:
    await lodged.do_main_job()
    return 0


async def _disturbed_job(lodged: Lodging) -> int:
    job = asyncio.create_task(lodged.do_main_job())
    kills = 0
    chance = random.Random(SEED)
    try:
        while not job.done() or kills < LEAST_KILLS:
            await asyncio.sleep(chance.uniform(0.1, 1.0))
            await _kill_one(lodged.house.supervisor, chance.choice(SERVICES))
            kills += 1
        await job
    finally:
        job.cancel()
    return kills


async def _kill_one(supervisor: Supervisor, service: str) -> None:
    """Kill a service and let it come back, so that one at a time is down."""
    supervisor.kill(service)
    await supervisor.wait_ready(service)


async def test_scores_are_equal_bit_by_bit_whatever_is_killed(tmp_path: Path) -> None:
    dataset = small_dataset()
    quiet, _ = await scores_of(tmp_path / "quiet", dataset, disturbed=False)
    disturbed, kills = await scores_of(tmp_path / "disturbed", dataset, disturbed=True)
    assert kills >= LEAST_KILLS
    assert disturbed == quiet
