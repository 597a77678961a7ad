"""Images are laid out as the Dockerfile says, and one that lacks or holds too much is found."""

import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.image_check import MIGRATION, ROOT, complaints, foreign_to, packages_of
from deploy.image_contents import Copy, DockerfileError, contents_of, lay_out
from deploy.local.ports import free_port
from deploy.migrate import SERVICES

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_has_its_own_pins_folders_and_command(service: str) -> None:
    contents = contents_of(DOCKERFILE, service)
    assert contents.pins == f"deploy/requirements/{service}.txt"
    assert contents.command == ("python", "-m", f"services.{service}.main")
    document = [Copy("docs/openapi/samspil.json", "docs/openapi/samspil.json")]
    assert list(contents.copies) == [
        Copy("shared/", "shared/"),
        Copy("services/__init__.py", "services/__init__.py"),
        Copy(f"services/{service}/", f"services/{service}/"),
        *(document if service == "gateway" else []),
    ]


def test_the_migration_has_revisions_and_no_service() -> None:
    contents = contents_of(DOCKERFILE, MIGRATION)
    assert contents.pins == "deploy/requirements/shared.txt"
    assert contents.command == ("python", "-m", "deploy.migrate")
    sources = {copy.source for copy in contents.copies}
    assert {f"services/{service}/migrations/" for service in SERVICES} <= sources
    assert not {f"services/{service}/" for service in SERVICES} & sources


def test_images_run_as_nobody_in_particular() -> None:
    assert DOCKERFILE.rstrip().endswith("USER 10001:10001")


@pytest.mark.parametrize(
    "line", ["ADD shared/ shared/", "COPY --chown=1 shared/ shared/", "FROM somewhere", "COPY shared/"]
)
def test_a_line_that_cant_be_followed_is_refused(line: str) -> None:
    with pytest.raises(DockerfileError):
        contents_of(f"{DOCKERFILE}\n{line}\n", "cases")


def test_two_files_of_pins_are_refused() -> None:
    doubled = DOCKERFILE + "COPY deploy/requirements/dev.txt /more.txt\n"
    with pytest.raises(DockerfileError, match="2 files of pins"):
        contents_of(doubled, "cases")


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        lay_out(contents_of(DOCKERFILE, "cases"), tmp_path / "nothing", tmp_path / "image")


@dataclass(frozen=True, slots=True)
class Tried:
    """An image's folder that was tried as it should be, and what was found wrong."""

    folder: Path
    found: list[str]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """Try the image of cases; everything in its folder is compiled then."""
    folder = tmp_path_factory.mktemp("cases") / "image"
    lay_out(contents_of(DOCKERFILE, "cases"), ROOT, folder)
    return Tried(folder, complaints("cases", folder, Path(sys.executable)))


class TestComplaints:
    """With the interpreter of the tests, which has more than any image: so that is found."""

    def test_packages_of_others_are_found(self, cases: Tried) -> None:
        assert "cases: numpy can be imported" in cases.found
        assert "cases: aiohttp can be imported" in cases.found
        assert not any("does not import" in each or "services" in each for each in cases.found)

    def test_a_folder_too_few_is_found(self, tmp_path: Path) -> None:
        fewer = DOCKERFILE.replace("AS code", "AS other").replace("FROM code", "FROM other")
        fewer = fewer.replace(
            "COPY shared/ shared/\nCOPY services/__init__.py services/\nCOPY services/$", "COPY services/$"
        )
        lay_out(contents_of(fewer, "cases"), ROOT, tmp_path)
        found = complaints("cases", tmp_path, Path(sys.executable))
        assert any(
            "does not import: ModuleNotFoundError: No module named 'shared'" in each for each in found
        )

    def test_another_service_is_found(self, cases: Tried, tmp_path: Path) -> None:
        more = DOCKERFILE.replace(
            "COPY services/${SERVICE}/ services/${SERVICE}/", "COPY services/ services/"
        )
        folder = shutil.copytree(cases.folder, tmp_path / "image")
        lay_out(contents_of(more, "cases"), ROOT, folder)
        found = complaints("cases", folder, Path(sys.executable))
        assert {
            f"cases: services.{other}.main can be imported" for other in SERVICES if other != "cases"
        } <= set(found)

    def test_a_package_that_is_not_pinned_is_found(self, cases: Tried, tmp_path: Path) -> None:
        folder = shutil.copytree(cases.folder, tmp_path / "image")
        with (folder / "services/cases/settings.py").open("a", encoding="utf-8") as file:
            file.write("import no_such_package\n")
        found = complaints("cases", folder, Path(sys.executable))
        assert any("No module named 'no_such_package'" in each for each in found)

    def test_a_gateway_without_its_document_is_found(self, cases: Tried, tmp_path: Path) -> None:
        shutil.copytree(cases.folder / "shared", tmp_path / "shared")
        lay_out(contents_of(DOCKERFILE, "gateway"), ROOT, tmp_path)
        shutil.rmtree(tmp_path / "docs")
        found = complaints("gateway", tmp_path, Path(sys.executable))
        assert any("has no document: FileNotFoundError" in each for each in found)


def test_every_image_is_asked_for_what_it_must_not_have() -> None:
    for image in (*SERVICES, MIGRATION):
        assert not set(packages_of(image)) & set(foreign_to(image))
        assert ("numpy" in foreign_to(image)) is (image != "analytics")
        assert ("aiohttp" in foreign_to(image)) is (image != "gateway")


class _Health(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        """Answer as a service would."""
        self.send_response(self.status if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Unready(_Health):
    status = 503


def health_check(port: int) -> int:
    """Run the image's health check against a port."""
    line = next(each for each in DOCKERFILE.splitlines() if "CMD [" in each and "/health/ready" in each)
    program = line.partition('"-c", "')[2].removesuffix('"]')
    command = [sys.executable, "-c", program.replace("8000", str(port))]
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.fixture(params=[(_Health, 0), (_Unready, 1)], ids=["ready", "unready"])
def answering(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """Serve health on a port; give the port and what the check should say."""
    handler, expected = request.param
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, expected
        server.shutdown()
        thread.join()


def test_the_health_check_says_what_the_service_says(answering: tuple[int, int]) -> None:
    port, expected = answering
    assert health_check(port) == expected


def test_the_health_check_fails_when_nothing_answers() -> None:
    assert health_check(free_port()) != 0


def test_builds_read_no_secrets_and_no_data() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", "*.jwk", ".data", ".venv"} <= set(ignored)
