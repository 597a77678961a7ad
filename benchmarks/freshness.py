"""From the 201 of an answer to the live score that contains it, through the gateway and every process.

Run: `python -m benchmarks.freshness [ANSWERS]`. One answer at a time; the live score is asked for again
and again, so each figure includes the reading that found it.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from rich.console import Console

from deploy.local.callers import Callers
from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.identifiers import identifiers_of
from deploy.local.front_door import FrontDoor
from deploy.local.house import ROOT, Blueprint, House, postgres_of, prepare_databases, running_house
from deploy.local.job import MainJob
from deploy.local.postgres import ServerAddress
from deploy.local.progress import TerminalProgress

SAMPLE = ROOT / "deploy/local/sample-municipality"
FIRST_PORT = 21_000
_LOOK_AGAIN_SECONDS = 0.003


def main() -> None:
    """Measure, and print the figures."""
    answers = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as name:
        server = postgres_of(Path(name))
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            prepare_databases(blueprint, server.start())
            taken = asyncio.run(_measure(blueprint, server.address, answers))
        finally:
            server.destroy()
    cuts = statistics.quantiles(taken, n=100)
    print(f"answers {len(taken)}  p50 {cuts[49]:.1f} ms  p99 {cuts[98]:.1f} ms  max {max(taken):.1f} ms")


async def _measure(blueprint: Blueprint, server: ServerAddress, answers: int) -> list[float]:
    async with running_house(blueprint, server) as house:
        door = FrontDoor(house.url)
        try:
            return await _follow_answers(blueprint, house, door, answers)
        finally:
            await door.close()


async def _follow_answers(blueprint: Blueprint, house: House, door: FrontDoor, answers: int) -> list[float]:
    dataset = read_folder(SAMPLE).dataset
    if dataset is None:
        raise ValueError("the sample data have mistakes")
    callers = Callers(house.url, identifiers_of(dataset).tenant, blueprint.vault)
    await callers.set_up(house.operator_key, dataset.name)
    job = MainJob(door, callers, dataset, TerminalProgress(Console()))
    await job.register()
    await job.open_rounds(dataset.waves[0])
    token = await callers.client_token(door, "case-system")
    taken: list[float] = []
    for round_id in job.rounds(dataset.waves[0]):
        shown = 0
        async for submission in job.submissions(round_id):
            await job.submit(submission)
            accepted, shown = time.perf_counter(), shown + 1
            await _until_shown(door, token, round_id, shown)
            taken.append((time.perf_counter() - accepted) * 1000)
            if len(taken) == answers:
                return taken
    return taken


async def _until_shown(door: FrontDoor, token: str, round_id: UUID, submitted: int) -> None:
    while (await door.get(token, f"/v1/rounds/{round_id}/live-scores"))["submitted"] < submitted:
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


if __name__ == "__main__":
    main()
