"""Whole houses as a person runs them: four services behind the gateway, on a PostgreSQL of their own."""

import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.callers import Callers
from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.identifiers import identifiers_of
from deploy.local.dataset.rows import Dataset
from deploy.local.front_door import FrontDoor
from deploy.local.house import SERVICES, Blueprint, House, running_house
from deploy.local.job import MainJob
from deploy.local.ports import is_free, plan_ports
from deploy.local.postgres import ServerAddress
from deploy.local.results import ResultsReader, WaveResults

Running = Callable[[Blueprint, ServerAddress], AbstractAsyncContextManager[House]]
"""How a house is run: as processes, or in this one."""


@dataclass(frozen=True, slots=True)
class Lodging:
    """A running house with a data set's tenant set up in it."""

    house: House
    door: FrontDoor
    callers: Callers
    dataset: Dataset

    async def do_main_job(self, door: FrontDoor | None = None) -> None:
        """Register, ask, answer and close everything, through another door if one is given."""
        await MainJob(door or self.door, self.callers, self.dataset, _Silent()).run()

    async def results(self) -> list[WaveResults]:
        """Read every wave's results back."""
        reader = ResultsReader(self.door, self.callers, self.dataset)
        return [await reader.wave(wave) for wave in self.dataset.waves]


class _Silent:
    def begin(self, _what: str, _steps: int) -> Callable[[], None]:
        return lambda: None


@asynccontextmanager
async def lodging(
    blueprint: Blueprint, server: ServerAddress, dataset: Dataset, run: Running = running_house
) -> AsyncIterator[Lodging]:
    """Run a house for one data set; its databases must be prepared."""
    async with run(blueprint, server) as house:
        door = FrontDoor(house.url)
        callers = Callers(house.url, identifiers_of(dataset).tenant, blueprint.vault)
        try:
            await callers.set_up(house.operator_key, dataset.name)
            yield Lodging(house, door, callers, dataset)
        finally:
            await door.close()


def free_first_port() -> int:
    """Return a first port from which all the ports of a house are free.

    Test processes side by side look in different places, or they could choose the same.
    """
    worker = int("0" + os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw"))
    for first in range(20_000 + 4_000 * worker, 24_000 + 4_000 * worker, 50):
        pairs = plan_ports(SERVICES, first).values()
        if all(is_free(port) for pair in pairs for port in (pair.http, pair.metrics)):
            return first
    raise RuntimeError("no free ports for a house")


def dataset_in(folder: Path) -> Dataset:
    """Read a data folder that must be free of mistakes."""
    reading = read_folder(folder)
    if reading.dataset is None:
        raise ValueError(str(reading.findings[0]))
    return reading.dataset


def some_cases(dataset: Dataset, cases: Iterable[str]) -> Dataset:
    """Return the part of a data set that is about some cases; the organisation stays whole."""
    kept = set(cases)
    return replace(
        dataset,
        cases=tuple(case for case in dataset.cases if case.id in kept),
        involvements=tuple(each for each in dataset.involvements if each.case in kept),
        members=tuple(each for each in dataset.members if each.case in kept),
        rk=tuple(each for each in dataset.rk if each.case in kept),
        leadership=tuple(each for each in dataset.leadership if each.case in kept),
        citizen=tuple(each for each in dataset.citizen if each.case in kept),
    )


def first_wave_of(dataset: Dataset) -> Dataset:
    """Return a data set as it is before its second wave."""
    return replace(dataset, waves=dataset.waves[:1])


def only_needed_people(dataset: Dataset) -> Dataset:
    """Drop the people nobody meets in the cases that are left, and the units of nobody."""
    met = {member.professional for member in dataset.members}
    leaders = {member.leader for member in dataset.members}
    professionals = tuple(each for each in dataset.professionals if each.id in met or each.id in leaders)
    named = {each.leader for each in professionals} | leaders
    kept_leaders = tuple(each for each in dataset.leaders if each.id in named)
    units = {each.unit for each in professionals} | {each.unit for each in kept_leaders}
    units |= {each.unit for each in dataset.involvements}
    return replace(
        dataset,
        professionals=professionals,
        leaders=kept_leaders,
        units=tuple(unit for unit in dataset.units if unit.id in units),
    )
