"""Owns the proof that the embedded server is private, durable, quiet of people, and goes away."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.cluster import make_cluster, superuser_password
from deploy.local.installation import MAJOR, reachable_installation
from deploy.local.place import Place, find_place
from deploy.local.ports import PortTakenError, free_port
from deploy.local.postgres import DatabaseInUseError, EmbeddedPostgres, PostgresError
from tests.deploy.local.process_state import ended, is_running

QUICK = {"fsync": "off", "shared_buffers": "16MB"}
CPR_LIKE = "0102031234"
NAMING = f"DROP TABLE p{CPR_LIKE}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Make the files of a database once; initdb takes longer than all that is done with them."""
    place = find_place(tmp_path_factory.mktemp("made") / "data")
    installation = reachable_installation(place.account, place.home)
    make_cluster(place, installation, superuser_password(place), durable=False)
    yield place
    place.remove()


@pytest.fixture
def folder(made: Place, tmp_path: Path) -> Path:
    """Give the test a folder with a database that was never started."""
    place = find_place(tmp_path / "data")
    shutil.copy(made.password_file, place.password_file)
    subprocess.run(["cp", "-a", str(made.data), str(place.data)], check=True)
    return place.folder


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, options=QUICK)
    yield server
    server.destroy()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """Give the test a server whose database is still to be made."""
    server = EmbeddedPostgres(tmp_path / "fresh", options=QUICK)
    yield server
    server.destroy()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server for the tests that only look."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("shared") / "data", options=QUICK)
    server.start()
    yield server
    server.destroy()


async def ask(server: EmbeddedPostgres, question: str) -> object:
    connection = await asyncpg.connect(server.address.dsn())
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def log_of(tmp_path: Path) -> str:
    return (tmp_path / "data" / "postgres.log").read_text(encoding="utf-8")


class TestCluster:
    async def test_is_postgres_18_with_checksums_and_one_order_everywhere(
        self, shared: EmbeddedPostgres
    ) -> None:
        assert str(await ask(shared, "SHOW server_version")).startswith(f"{MAJOR}.")
        assert await ask(shared, "SHOW data_checksums") == "on"
        assert await ask(shared, "SHOW server_encoding") == "UTF8"
        locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'template1'"
        assert await ask(shared, locale) == "bC.UTF-8"
        assert await ask(shared, "SELECT lower('ÆØÅ')") == "æøå"

    async def test_writes_durably_unless_told_otherwise(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / "durable")
        try:
            server.start()
            assert await ask(server, "SHOW fsync") == "on"
        finally:
            server.destroy()

    async def test_keeps_data_and_password_over_a_stop(self, server: EmbeddedPostgres) -> None:
        first = server.start()
        await ask(server, "CREATE TABLE kept AS SELECT 42 AS number")
        server.stop()
        assert not server.running
        again = EmbeddedPostgres(server._folder, options=QUICK)
        with again:
            assert again.address.password == first.password
            assert await ask(again, "SELECT number FROM kept") == 42

    def test_an_interrupted_initdb_is_done_anew(self, fresh: EmbeddedPostgres) -> None:
        place = find_place(fresh._folder)
        (place.server / "data.new").mkdir()
        (place.server / "data.new" / "half").touch()
        fresh.start()
        assert fresh.running
        assert not (place.server / "data.new").exists()

    def test_a_lost_password_is_said_and_nothing_is_overwritten(self, server: EmbeddedPostgres) -> None:
        server.start()
        server.stop()
        password = server._folder / "postgres.password"
        kept = password.read_bytes()
        password.unlink()
        with pytest.raises(PostgresError, match=r"postgres\.password is missing"):
            server.start()
        password.write_bytes(kept)
        assert server.start().password == kept.decode().strip()

    def test_another_major_version_is_refused(self, server: EmbeddedPostgres) -> None:
        server.start()
        server.stop()
        version = find_place(server._folder).data / "PG_VERSION"
        version.write_text("16\n", encoding="ascii")
        with pytest.raises(PostgresError, match="PostgreSQL 16, not 18"):
            server.start()

    def test_a_wrong_setting_is_shown(self, folder: Path) -> None:
        server = EmbeddedPostgres(folder, options={**QUICK, "max_connections": "many"})
        with pytest.raises(PostgresError, match="max_connections"):
            server.start()
        assert server.postmaster_pid is None
        server.destroy()


class TestPrivacy:
    async def test_asks_everybody_for_the_password(self, shared: EmbeddedPostgres) -> None:
        address = shared.address
        wrong = address.dsn().replace(address.password, secrets.token_urlsafe())
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)
        assert await ask(shared, "SHOW password_encryption") == "scram-sha-256"
        methods = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
        assert await ask(shared, methods) == "scram-sha-256"

    async def test_listens_on_loopback_only(self, shared: EmbeddedPostgres) -> None:
        address = shared.address
        assert address.host == "127.0.0.1"
        assert await ask(shared, "SHOW listen_addresses") == "127.0.0.1"
        assert await ask(shared, "SHOW unix_socket_directories") == ""

    def test_password_is_private_and_not_shown(self, shared: EmbeddedPostgres) -> None:
        address = shared.address
        password = shared._folder / "postgres.password"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        assert password.stat().st_uid == os.geteuid()
        assert address.password not in repr(address)
        place = find_place(shared._folder)
        assert stat.S_IMODE(place.server.stat().st_mode) == 0o700
        assert not (place.server / "initdb.password").exists()

    @pytest.mark.parametrize(
        "statement",
        [
            NAMING,
            f"SELECT ('x{CPR_LIKE}')::int",
            "INSERT INTO unique_things SELECT * FROM unique_things",
        ],
    )
    async def test_no_value_reaches_the_log(
        self, server: EmbeddedPostgres, tmp_path: Path, statement: str
    ) -> None:
        server.start()
        await self._provoke(server, statement)
        server.stop()
        assert "database system is shut down" in log_of(tmp_path)
        assert CPR_LIKE not in log_of(tmp_path)

    async def test_control_a_default_server_does_log_the_value(self, folder: Path, tmp_path: Path) -> None:
        loose = {"log_min_messages": "warning", "log_min_error_statement": "error"}
        server = EmbeddedPostgres(folder, options={**QUICK, **loose})
        try:
            server.start()
            await self._provoke(server, NAMING)
            server.stop()
            assert CPR_LIKE in log_of(tmp_path)
        finally:
            server.destroy()

    async def _provoke(self, server: EmbeddedPostgres, statement: str) -> None:
        await ask(server, f"CREATE TABLE unique_things AS SELECT '{CPR_LIKE}'::text AS name")
        await ask(server, "CREATE UNIQUE INDEX ON unique_things (name)")
        with pytest.raises(asyncpg.PostgresError):
            await ask(server, statement)


class TestAccountOfTheServer:
    def test_the_server_never_runs_as_root(self, shared: EmbeddedPostgres) -> None:
        owner = Path(f"/proc/{shared.postmaster_pid}").stat().st_uid
        assert owner == find_place(shared._folder).account.uid
        assert owner != 0


class TestCrash:
    async def test_committed_data_survives_a_killed_postmaster(self, server: EmbeddedPostgres) -> None:
        first = server.start()
        await ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
        before = server.postmaster_pid
        server.kill()
        assert server.postmaster_pid is None
        assert server.start() == first
        assert server.postmaster_pid != before
        assert await ask(server, "SELECT number FROM kept") == 7

    async def test_survives_a_kill_with_a_client_at_work(self, server: EmbeddedPostgres) -> None:
        server.start()
        connection = await asyncpg.connect(server.address.dsn())
        await connection.execute("BEGIN; CREATE TABLE lost (number int)")
        server.kill()
        server.start()
        assert await ask(server, "SELECT to_regclass('lost')") is None
        connection.terminate()

    @pytest.mark.parametrize("first_line", ["", "not a number", "the pid of another program"])
    def test_a_stale_pid_file_is_no_obstacle(self, server: EmbeddedPostgres, first_line: str) -> None:
        server.start()
        place = find_place(server._folder)
        server.kill()
        pid_file = place.data / "postmaster.pid"
        rest = pid_file.read_text(encoding="utf-8").splitlines()[1:]
        other = subprocess.Popen(["sleep", "600"], **place.account.identity())
        try:
            line = str(other.pid) if "program" in first_line else first_line
            text = "\n".join([line, *rest]) if line else ""
            pid_file.write_text(text, encoding="utf-8")
            server.start()
            assert server.running
            assert other.poll() is None
        finally:
            other.kill()
            other.wait()


class TestOneRunner:
    def test_a_second_runner_is_refused(self, shared: EmbeddedPostgres) -> None:
        with pytest.raises(DatabaseInUseError, match="Another runner"):
            EmbeddedPostgres(shared._folder, options=QUICK).start()
        assert shared.running

    def test_a_given_port_that_is_taken_is_said(self, shared: EmbeddedPostgres, folder: Path) -> None:
        taken = shared.address.port
        other = EmbeddedPostgres(folder, port=taken, options=QUICK)
        with pytest.raises(PortTakenError, match=f"Port {taken} "):
            other.start()
        other.destroy()

    def test_a_given_port_is_used(self, folder: Path) -> None:
        port = free_port()
        server = EmbeddedPostgres(folder, port=port, options=QUICK)
        try:
            assert server.start().port == port
        finally:
            server.destroy()

    def test_a_port_snatched_away_is_replaced(
        self, shared: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = shared.address.port
        offers = iter([taken, free_port()])
        monkeypatch.setattr("deploy.local.postgres.free_port", lambda: next(offers))
        other = EmbeddedPostgres(folder, options=QUICK)
        try:
            assert other.start().port != taken
        finally:
            other.destroy()


RUNNER = """
import sys, time
from pathlib import Path
from deploy.local.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), options={"fsync": "off"})
server.start()
print(server.postmaster_pid, server._lifeline.pid, flush=True)
time.sleep(600)
"""


class TestRunnerEndsHard:
    @pytest.fixture
    def runner(self, server: EmbeddedPostgres) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-c", RUNNER, str(server._folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        yield process
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _pids(self, runner: subprocess.Popen[str]) -> tuple[int, int]:
        line = runner.stdout.readline() if runner.stdout is not None else ""
        postmaster, lifeline = line.split()
        return int(postmaster), int(lifeline)

    def test_the_server_ends_with_a_killed_runner(self, runner: subprocess.Popen[str]) -> None:
        postmaster, lifeline = self._pids(runner)
        runner.kill()
        assert ended(postmaster)
        assert ended(lifeline)

    def test_ctrl_c_in_the_terminal_misses_the_server(self, runner: subprocess.Popen[str]) -> None:
        postmaster, lifeline = self._pids(runner)
        terminal = os.getpgid(runner.pid)
        assert os.getpgid(postmaster) != terminal
        assert os.getpgid(lifeline) != terminal
        assert os.getsid(postmaster) != os.getsid(runner.pid)

    def test_a_server_without_lifeline_is_stopped_by_the_next_start(
        self, runner: subprocess.Popen[str], server: EmbeddedPostgres
    ) -> None:
        postmaster, lifeline = self._pids(runner)
        os.kill(lifeline, signal.SIGKILL)
        runner.kill()
        runner.wait()
        assert is_running(postmaster)
        server.start()
        assert server.postmaster_pid != postmaster
        assert ended(postmaster)
