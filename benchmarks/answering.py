"""Submitting a form over HTTP against the same row through a bare asyncpg pool, in the same run.

Run: `python -m benchmarks.answering [ROUNDS [FORMS [STEP ...]]]`. A form is 8 colleagues by 6 statements. A
submission is validated, its token checked, its form taken, its key remembered, its change noted, all under
row-level security and committed before the 201. The baseline inserts the row of answers, by the superuser:
no HTTP, no validation, nothing beside it. 32 callers on either side, the pool has 8 connections. Service,
database and client are processes of their own; every form is used once, and opened before, as people do;
service and pool take turns, so whatever else the machine does meets both. The plain route is measured, too,
and what each step adds to it (`benchmarks.answering_steps`).
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from benchmarks.answering_forms import CELLS, ITEMS, Town, openings, submissions
from benchmarks.answering_steps import STEPS, Step
from benchmarks.raw_http import send_all
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.processes import ServiceProcess
from deploy.local.supervisor import Supervisor
from deploy.migrate import prepare_database
from services.survey.answering.tokens import RespondentTokens

FIRST_PORT = 22_200
REPLICA_PORTS = 100
GOAL, STRETCH = 0.5, 0.65
BYTES_GOAL = 0.25
CALLERS = 32
POOL = 8
_TABLES = ("answer_set", "change_log", "idempotency_key")

_ROW = (
    "INSERT INTO answer_set (tenant_id, form_id, number, measurement_id, cells, answered_at, language, "
    "answered_by) VALUES ($1, $2, 1, $3, $4, now(), 'da', 'self')"
)
_FORMS_BY_ROW = 1000
_ROW_PER_ANSWER = (
    "CREATE TABLE row_per_answer (tenant_id uuid, form_id uuid, subject_id uuid, item text, "
    "value smallint NOT NULL, PRIMARY KEY (tenant_id, form_id, subject_id, item))"
)
_FILL_ROWS = (
    "INSERT INTO row_per_answer SELECT tenant, form, subject, item, 4 FROM gen_random_uuid() AS tenant, "
    "(SELECT uuidv7() AS form FROM generate_series(1, $2)) AS forms, "
    "(SELECT uuidv7() AS subject FROM generate_series(1, 8)) AS subjects, unnest($1::text[]) AS item"
)


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured with: the town that answers, the services by step, the pool."""

    town: Town
    tokens: RespondentTokens
    ports: list[int]
    pool: "asyncpg.Pool[Any]"

    async def rate(self, count: int) -> float:
        """Return how many forms a second the service takes; everybody has opened theirs before."""
        forms = self.town.some(count)
        await self._send(list(openings(self.tokens, self.town.tenant, forms)), 200)
        requests = list(submissions(self.tokens, self.town.tenant, forms))
        start = time.perf_counter()
        await self._send(requests, 201)
        return count / (time.perf_counter() - start)

    async def _send(self, requests: list[bytes], wanted: int) -> None:
        talk = await send_all(self.ports, requests, CALLERS)
        if talk.answers != {wanted: len(requests)}:
            raise RuntimeError(f"{dict(talk.answers)} {talk.refusal!r}")

    async def bare_rate(self, count: int) -> float:
        """Return how many rows of answers a second the pool inserts."""
        rows = iter([(each.form, each.measurement) for each in self.town.some(count)])
        cells = bytes([4] * CELLS)

        async def go_on() -> None:
            for form, measurement in rows:
                await self.pool.execute(_ROW, self.town.tenant, form, measurement, cells)

        start = time.perf_counter()
        await asyncio.gather(*(go_on() for _ in range(CALLERS)))
        return count / (time.perf_counter() - start)

    async def sizes(self) -> int:
        """Return how many bytes the tables of submissions take, with their indexes."""
        total = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest($1::text[]) AS name"
        return int(await self.pool.fetchval(total, list(_TABLES)))


def main() -> None:
    """Measure, and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    forms = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    steps = {name: STEPS[name] for name in sys.argv[3:] or STEPS}
    with tempfile.TemporaryDirectory() as name:
        options = {"max_wal_size": "4GB", "max_connections": "200"}
        server = EmbeddedPostgres(Path(name) / "postgres", options=options)
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            server.start()
            for service in ("survey", "cases"):  # the register is followed meanwhile
                prepare_database(server.address.dsn(), blueprint.database(service))
            uvloop.run(_measure(blueprint, server.address, steps, (rounds, forms)))
        finally:
            server.destroy()


def _services(blueprint: Blueprint, server: ServerAddress, step: str) -> list[ServiceProcess]:
    """Return the survey's processes with the parts of a step, and the register's, which it follows."""
    processes = {each.name: each for each in blueprint.processes(server)}
    command = (sys.executable, "-m", "benchmarks.answering_steps", step)
    survey = replace(processes["survey"], command=command)
    return [processes["cases"], *(_replica(survey, number) for number in range(STEPS[step].processes))]


def _replica(survey: ServiceProcess, number: int) -> ServiceProcess:
    """Return the survey once more, as a process beside the first, on ports of its own."""
    if number == 0:
        return survey
    names = ("SURVEY_PORT", "SURVEY_METRICS_PORT")
    ports = {name: str(int(survey.env[name]) + number * REPLICA_PORTS) for name in names}
    health = survey.health_url.replace(survey.env["SURVEY_PORT"], ports["SURVEY_PORT"])
    env = {**survey.env, **ports}
    return replace(survey, name=f"survey-{number}", health_url=health, env=env)


async def _measure(
    blueprint: Blueprint, server: ServerAddress, steps: Mapping[str, Step], effort: tuple[int, int]
) -> None:
    """Measure step by step, the pool beside each; only the survey runs, and the register it follows."""
    rounds, forms = effort
    dsn = server.dsn(blueprint.database("survey").name)
    (survey,) = (each for each in blueprint.processes(server) if each.name == "survey")
    tokens = RespondentTokens(survey.env["SURVEY_RESPONDENT_KEY"].encode())
    town = Town()
    async with asyncpg.create_pool(dsn, min_size=POOL, max_size=POOL) as pool:
        async with pool.acquire() as connection:
            await town.fill(connection, (2 * (rounds + 1) * len(steps) + 1) * forms)
        first, last = blueprint.ports["survey"].http, list(steps)[-1]
        for step, parts in steps.items():
            ports = [first + number * REPLICA_PORTS for number in range(parts.processes)]
            bench = Bench(town, tokens, ports, pool)
            services = _services(blueprint, server, step)
            async with Supervisor(services, log_folder=blueprint.folder / "logs"):
                await _measure_step(bench, step, rounds, forms)
                if step == last:
                    await _report_bytes(bench, forms)
    print(f"goal {GOAL}, stretch {STRETCH}, of the last step (as deployed)")


async def _measure_step(bench: Bench, step: str, rounds: int, forms: int) -> None:
    rates: list[float] = []
    ratios: list[float] = []
    for number in range(rounds + 1):
        bare, ours = await bench.bare_rate(forms), await bench.rate(forms)
        if number:  # the first is for warming up
            rates.append(ours)
            ratios.append(ours / bare)
    print(
        f"{step:20} {statistics.median(rates):7.0f} /s   ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f}-{max(ratios):.2f}), {rounds} rounds, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


async def _report_bytes(bench: Bench, forms: int) -> None:
    before = await bench.sizes()
    await bench.rate(forms)
    a_set = (await bench.sizes() - before) / forms
    await bench.pool.execute(_ROW_PER_ANSWER)
    await bench.pool.execute(_FILL_ROWS, list(ITEMS), _FORMS_BY_ROW)
    size = await bench.pool.fetchval("SELECT pg_total_relation_size('row_per_answer')")
    rows = size / _FORMS_BY_ROW
    print(
        f"bytes of a submission, with key and change: {a_set:.0f}; of a row per answer alone: {rows:.0f}; "
        f"ratio {a_set / rows:.2f}, goal {BYTES_GOAL}"
    )


if __name__ == "__main__":
    main()
