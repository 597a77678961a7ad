"""Owns the proof that services are kept running, given up in words, and all gone at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.local.ports import free_port
from deploy.local.supervisor import (
    Event,
    EventKind,
    Limits,
    ServiceFailedError,
    ServiceProcess,
    Supervisor,
    until_signalled,
)
from tests.deploy.local.process_state import ended, is_running

QUICK = Limits(ready_within=20.0, grace=2.0, tries=3, first_pause=0.01, longest_pause=0.05)
WELL = """
import http.server, os, signal, subprocess, sys

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

if len(sys.argv) > 2:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    open(sys.argv[2], "w").write(str(child.pid))
print("serving with", os.environ.get("SECRET_WORD"), flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
BROKEN = "import sys; print('first words'); sys.exit('the reason is here')"
WAITS = "import time; print('waiting', flush=True); time.sleep(600)"


def service(code: str, *arguments: str, name: str = "well") -> ServiceProcess:
    port = free_port()
    return ServiceProcess(
        name=name,
        command=(sys.executable, "-c", code, str(port), *arguments),
        health_url=f"http://127.0.0.1:{port}/health/ready",
        env={"SECRET_WORD": "mellon"},
    )


Supervise = Callable[..., Supervisor]


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Supervise]:
    made: list[Supervisor] = []

    def make(
        *specs: ServiceProcess, limits: Limits = QUICK, tell: Callable[[Event], None] = print
    ) -> Supervisor:
        supervisor = Supervisor(specs, log_folder=tmp_path / "logs", limits=limits, tell=tell)
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        await supervisor.stop()


async def replaced(supervisor: Supervisor, name: str, starts: int) -> None:
    while supervisor.starts(name) < starts:
        await asyncio.sleep(0.01)
    await supervisor.wait_ready(name)


def running_pid(supervisor: Supervisor, name: str = "well") -> int:
    pid = supervisor.pid(name)
    assert pid is not None
    return pid


class TestStart:
    async def test_returns_when_all_are_ready(self, supervise: Supervise, tmp_path: Path) -> None:
        supervisor = supervise(service(WELL), service(WELL, name="other"))
        await supervisor.start()
        assert supervisor.is_ready("well")
        assert supervisor.is_ready("other")
        assert supervisor.pid("well") != supervisor.pid("other")
        log = tmp_path / "logs" / "well.log"
        assert log.read_text(encoding="utf-8").startswith("serving with mellon\n")
        assert log.stat().st_mode & 0o777 == 0o600

    async def test_secrets_are_not_shown(self) -> None:
        assert "mellon" not in repr(service(WELL))

    async def test_a_service_that_dies_at_its_start_is_given_up_with_its_words(
        self, supervise: Supervise
    ) -> None:
        supervisor = supervise(service(WELL), service(BROKEN, name="broken"))
        with pytest.raises(ServiceFailedError, match="exit code 1, 3 times in a row") as failure:
            await supervisor.start()
        assert "the reason is here" in str(failure.value)
        assert str(failure.value).count("the reason is here") == 1
        assert failure.value.name == "broken"
        assert supervisor.starts("broken") == 3
        assert supervisor.pid("well") is None

    async def test_a_service_that_never_gets_ready_is_given_up(self, supervise: Supervise) -> None:
        hasty = Limits(ready_within=0.2, grace=2.0, tries=2, first_pause=0.01)
        supervisor = supervise(service(WAITS), limits=hasty)
        with pytest.raises(ServiceFailedError, match=r"wasn't ready within 0\.2 seconds"):
            await supervisor.start()

    async def test_a_program_that_does_not_exist_is_said(self, supervise: Supervise) -> None:
        missing = ServiceProcess("missing", ("/no/such/program",), "http://127.0.0.1:1/health")
        with pytest.raises(ServiceFailedError, match="/no/such/program: No such file"):
            await supervise(missing).start()

    def test_two_services_of_one_name_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="same name"):
            Supervisor([service(WELL), service(WELL)], log_folder=tmp_path)


class TestKeepRunning:
    async def test_a_killed_service_is_started_again_each_time(self, supervise: Supervise) -> None:
        seen: list[Event] = []
        supervisor = supervise(service(WELL), tell=seen.append)
        await supervisor.start()
        pids = {running_pid(supervisor)}
        for starts in range(2, 2 + QUICK.tries + 1):
            supervisor.kill("well")
            await replaced(supervisor, "well", starts)
            pids.add(running_pid(supervisor))
        assert len(pids) == QUICK.tries + 2
        deaths = [event.detail for event in seen if event.kind is EventKind.DIED]
        assert deaths == ["it was ended by SIGKILL"] * (QUICK.tries + 1)

    async def test_a_kill_from_outside_is_noticed(self, supervise: Supervise) -> None:
        supervisor = supervise(service(WELL))
        await supervisor.start()
        before = running_pid(supervisor)
        os.kill(before, signal.SIGKILL)
        await replaced(supervisor, "well", 2)
        assert running_pid(supervisor) != before

    async def test_restart_gives_a_new_ready_process(self, supervise: Supervise) -> None:
        supervisor = supervise(service(WELL), service(WELL, name="other"))
        await supervisor.start()
        before, untouched = supervisor.pid("well"), supervisor.pid("other")
        await supervisor.restart("well")
        assert supervisor.is_ready("well")
        assert supervisor.pid("well") not in {before, None}
        assert supervisor.pid("other") == untouched

    async def test_giving_up_later_wakes_who_waits(self, supervise: Supervise, tmp_path: Path) -> None:
        first_time = tmp_path / "first"
        once = f"""
            import pathlib, sys
            first = pathlib.Path({str(first_time)!r})
            first.exists() and sys.exit("not again")
            first.touch()
        """
        supervisor = supervise(service(textwrap.dedent(once) + WELL))
        await supervisor.start()
        supervisor.kill("well")
        with pytest.raises(ServiceFailedError, match="not again"):
            await supervisor.wait_for_failure()

    async def test_a_fault_in_telling_is_not_silent(self, supervise: Supervise) -> None:
        def broken(event: Event) -> None:
            raise LookupError("no such colour")

        supervisor = supervise(service(WELL), tell=broken)
        with pytest.raises(ServiceFailedError, match="no such colour"):
            await supervisor.start()
        assert supervisor.pid("well") is None

    def test_the_pause_grows_to_a_limit(self) -> None:
        limits = Limits(first_pause=0.1, longest_pause=1.0)
        assert [limits.pause(deaths) for deaths in (1, 2, 3, 9)] == [0.1, 0.2, 0.4, 1.0]


class TestStop:
    async def test_leaves_no_process_also_of_its_children(
        self, supervise: Supervise, tmp_path: Path
    ) -> None:
        supervisor = supervise(service(WELL, str(tmp_path / "child")))
        await supervisor.start()
        pid = running_pid(supervisor)
        child = int((tmp_path / "child").read_text(encoding="ascii"))
        assert is_running(child)
        await supervisor.stop()
        assert ended(pid)
        assert ended(child)
        assert supervisor.pid("well") is None

    async def test_a_deaf_service_is_killed_after_the_grace_time(self, supervise: Supervise) -> None:
        limits = Limits(grace=0.1)
        supervisor = supervise(service(DEAF + WELL), limits=limits)
        await supervisor.start()
        pid = running_pid(supervisor)
        await supervisor.stop()
        assert ended(pid)

    async def test_stopping_twice_and_before_a_start_is_harmless(self, supervise: Supervise) -> None:
        supervisor = supervise(service(WELL))
        await supervisor.stop()
        await supervisor.start()
        await supervisor.stop()
        await supervisor.stop()

    async def test_a_stopped_set_can_be_started_again(self, supervise: Supervise) -> None:
        supervisor = supervise(service(WELL))
        await supervisor.start()
        await supervisor.stop()
        async with supervisor:
            assert supervisor.is_ready("well")
            assert supervisor.starts("well") == 2


class TestUntilSignalled:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    async def test_a_signal_ends_the_work_in_order(self, number: signal.Signals) -> None:
        tidied = False

        async def work() -> str:
            nonlocal tidied
            try:
                os.kill(os.getpid(), number)
                await asyncio.sleep(600)
            finally:
                os.kill(os.getpid(), number)  # a second one, while it ends
                await asyncio.sleep(0.01)
                tidied = True
            return "never"

        assert await until_signalled(work()) is None
        assert tidied

    async def test_work_that_ends_by_itself_gives_its_result(self) -> None:
        async def work() -> str:
            return "done"

        assert await until_signalled(work()) == "done"

    async def test_a_cancellation_from_elsewhere_is_not_swallowed(self) -> None:
        waiting = asyncio.ensure_future(until_signalled(asyncio.sleep(600)))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


RUNNER = """
import asyncio, sys
from pathlib import Path
from deploy.local.supervisor import ServiceProcess, Supervisor, until_signalled

async def main():
    port = sys.argv[2]
    spec = ServiceProcess(
        "well", (sys.executable, "-c", sys.argv[3], port, sys.argv[1] + "/child"),
        f"http://127.0.0.1:{port}/health/ready",
    )
    async with Supervisor([spec], log_folder=Path(sys.argv[1])) as supervisor:
        print(supervisor.pid("well"), flush=True)
        await asyncio.sleep(600)

asyncio.run(until_signalled(main()))
"""


class TestRunnerEnds:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
    def test_no_service_outlives_its_runner(self, tmp_path: Path, number: signal.Signals) -> None:
        arguments = [str(tmp_path), str(free_port()), WELL]
        runner = subprocess.Popen(
            [sys.executable, "-c", RUNNER, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with runner:
            assert runner.stdout is not None
            pid = int(runner.stdout.readline())
            child = int((tmp_path / "child").read_text(encoding="ascii"))
            os.killpg(runner.pid, number)  # to its whole group, as a terminal does
            code = runner.wait()
        assert code == (-signal.SIGKILL if number is signal.SIGKILL else 0)
        assert ended(pid)
        assert ended(child)
