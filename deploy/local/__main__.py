"""`make run` and `make clean-data`: the whole product on one machine, doing its main job."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from rich.console import Console

from deploy.local.callers import Callers
from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.identifiers import identifiers_of
from deploy.local.dataset.rows import Dataset, Finding
from deploy.local.directions import example_of, show_directions
from deploy.local.front_door import FrontDoor
from deploy.local.house import (
    ROOT,
    Blueprint,
    House,
    postgres_of,
    prepare_databases,
    running_house,
)
from deploy.local.job import MainJob
from deploy.local.ports import FIRST_PORT, require_free
from deploy.local.postgres import ServerAddress
from deploy.local.progress import TerminalProgress
from deploy.local.report import show_alike, show_matrix, show_wave
from deploy.local.results import ResultsReader
from deploy.local.supervisor import until_signalled

SAMPLE = ROOT / "deploy/local/sample-municipality"


def main() -> int:
    """Run what the command line says; return the exit code."""
    arguments = _arguments()
    console = Console()
    if arguments.command == "clean":
        return _clean(console, arguments.folder)
    return _run(console, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start everything and do the main job")
    run.add_argument("--data", type=Path, default=SAMPLE, help="folder with the CSV files")
    run.add_argument("--port", type=int, default=FIRST_PORT, help="first port; the gateway's")
    run.add_argument("--once", action="store_true", help="end after printing the scores")
    clean = commands.add_parser("clean", help="drop all data")
    for command in (run, clean):
        command.add_argument("--folder", type=Path, default=ROOT / ".data", help="where data live")
    return parser.parse_args()


def _clean(console: Console, folder: Path) -> int:
    if folder.exists():
        postgres_of(folder).destroy()
        for left in sorted(folder.rglob("*"), reverse=True):
            left.unlink() if left.is_file() or left.is_symlink() else left.rmdir()
        folder.rmdir()
    console.print("Alle data er slettet · all data are deleted")
    return 0


def _run(console: Console, arguments: argparse.Namespace) -> int:
    reading = read_folder(arguments.data)
    if reading.dataset is None:
        _show_findings(console, reading.findings)
        return 2
    _show_checked(console, reading.dataset)
    arguments.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    blueprint = Blueprint(arguments.folder, arguments.port)
    try:
        require_free(blueprint.ports)
        with postgres_of(arguments.folder) as server:
            prepare_databases(blueprint, server.address)
            work = _serve(console, blueprint, server.address, (reading.dataset, arguments.once))
            asyncio.run(until_signalled(work))
    except (RuntimeError, ValueError) as error:
        console.print(str(error), style="bold red", markup=False)
        return 1
    console.print("Alt er lukket ned · everything has ended")
    return 0


def _show_checked(console: Console, dataset: Dataset) -> None:
    answers = len(dataset.rk) + len(dataset.leadership) + len(dataset.citizen)
    console.print(
        f"Data uden fejl · data without mistakes: {dataset.name}, {len(dataset.cases)} forløb · cases, "
        f"{len(dataset.professionals)} fagpersoner · professionals, "
        f"{len(dataset.leaders)} ledere · leaders, "
        f"{answers} svar · answers"
    )


def _show_findings(console: Console, findings: tuple[Finding, ...]) -> None:
    console.print(f"Data kan ikke bruges endnu · data can't be used yet: {len(findings)}", style="bold red")
    for finding in findings:
        console.print(f"  {finding}", markup=False, highlight=False, soft_wrap=True)


async def _serve(
    console: Console, blueprint: Blueprint, server: ServerAddress, wanted: tuple[Dataset, bool]
) -> None:
    """Run the house, do the job or find it done, show it, and stay until told to stop."""
    dataset, once = wanted
    async with running_house(blueprint, server) as house:
        door = FrontDoor(house.url)
        try:
            await _do_and_show(console, blueprint, house, (dataset, door))
            if not once:
                console.print("Ctrl-C slutter · Ctrl-C ends", style="bold")
                await house.supervisor.wait_for_failure()
        finally:
            await door.close()


async def _do_and_show(
    console: Console, blueprint: Blueprint, house: House, wanted: tuple[Dataset, FrontDoor]
) -> None:
    dataset, door = wanted
    ids = identifiers_of(dataset)
    callers = Callers(house.url, ids.tenant, blueprint.vault)
    await callers.set_up(house.operator_key, dataset.name)
    done = f"done/{ids.tenant}"
    started = time.monotonic()
    if blueprint.vault.find(done) is None:
        with TerminalProgress(console) as progress:
            await MainJob(door, callers, dataset, progress).run()
        blueprint.vault.keep(done, round(time.monotonic() - started, 1))
    reader = ResultsReader(door, callers, dataset)
    first, *later = [await reader.wave(wave) for wave in dataset.waves]
    alike = reader.alike_on_paper(first)
    shown = alike[0] if alike else next(iter(first.cases))
    show_matrix(console, shown, await reader.matrix(shown, first.wave))
    show_alike(console, alike, first)
    for results in (first, *later):
        show_wave(console, results)
    await show_directions(console, house, callers, door, example_of(dataset, ids, shown))
    job = blueprint.vault.find(done)
    console.print(
        f"Hovedopgaven tog {job} s, og visningen {time.monotonic() - started:.1f} s i alt"
        f" · the main job took {job} s; with reading back {time.monotonic() - started:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
