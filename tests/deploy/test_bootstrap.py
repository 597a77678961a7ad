"""Owns the proof that the environment is made once, from hashes, and that what is missing is said."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from deploy import bootstrap


@dataclass(frozen=True, slots=True)
class Made:
    """An environment that was made of nothing, and what was said while it was."""

    environment: Path
    code: int
    said: str


def lay_out(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Make a checkout whose pins are empty, so that making it needs no network."""
    requirements = folder / "requirements"
    requirements.mkdir()
    for name in bootstrap.CONTAINED:
        (requirements / f"{name}.txt").write_text("", encoding="utf-8")
    patch.setattr(bootstrap, "ROOT", folder)
    patch.setattr(bootstrap, "VENV", folder / ".venv")
    patch.setattr(bootstrap, "REQUIREMENTS", requirements)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without an environment."""
    lay_out(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make an environment of nothing, which takes seconds: once, for all that only change one."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(StringIO()) as told:
        lay_out(folder, patch)
        code = bootstrap.main(["run"])
    return Made(folder / ".venv", code, told.getvalue())


@pytest.fixture
def ready(checkout: Path, made: Made) -> Path:
    """A checkout with an environment that was made for the running set."""
    shutil.copytree(made.environment, checkout / ".venv", symlinks=True)
    return checkout


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = bootstrap.main(arguments)
    return code, capsys.readouterr().err


class TestPrepare:
    def test_makes_it_once_and_again_when_the_pins_change(
        self, made: Made, ready: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert made.code == 0
        assert "Making the virtual environment" in made.said
        assert (made.environment / "bin" / "python").exists()
        assert said(["run"], capsys) == (0, "")
        (ready / "requirements" / "run.txt").write_text("\n", encoding="utf-8")
        code, again = said(["run"], capsys)
        assert code == 0
        assert "Making" not in again
        assert "Installing packages (run)" in again

    def test_the_development_set_serves_both(self, ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (ready / ".venv" / "samspil-run.stamp").unlink()
        assert not bootstrap.is_current("run")
        assert bootstrap.main(["dev"]) == 0
        capsys.readouterr()
        assert said(["run"], capsys) == (0, "")

    def test_a_broken_environment_is_made_anew(
        self, checkout: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (checkout / ".venv" / "bin").mkdir(parents=True)
        (checkout / ".venv" / "bin" / "python").symlink_to("/no/such/python")
        assert bootstrap.main(["run"]) == 0
        assert bootstrap.is_current("run")

    def test_a_package_without_hash_is_refused(
        self, ready: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (ready / "requirements" / "run.txt").write_text("rich==15.0.0\n", encoding="utf-8")
        assert bootstrap.main(["run"]) == 1
        errors = capfd.readouterr().err
        assert "--hash" in errors
        assert "could not be installed" in errors
        assert not bootstrap.is_current("run")


class TestWhatIsMissing:
    @pytest.mark.parametrize("version", [(3, 10, 14), (3, 9, 2), (2, 7, 18)])
    def test_an_old_python_is_said_in_both_languages(self, version: tuple[int, ...]) -> None:
        with pytest.raises(bootstrap.BootstrapError, match=r"needs Python 3\.11") as problem:
            bootstrap.require_python(version)
        assert "kræver Python 3.11" in str(problem.value)
        assert "PYTHON=python3.11" in str(problem.value)

    @pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
    def test_control_a_new_enough_python_passes(self, version: tuple[int, ...]) -> None:
        bootstrap.require_python(version)

    def test_a_python_without_ensurepip_is_said(
        self, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        real = bootstrap._run

        def without_ensurepip(command: list[str]) -> subprocess.CompletedProcess[str]:
            if "venv" in command:
                (checkout / ".venv").mkdir()
                return subprocess.CompletedProcess(command, 1, "ensurepip is not available", "")
            return real(command)

        monkeypatch.setattr(bootstrap, "_run", without_ensurepip)
        code, errors = said(["run"], capsys)
        assert code == 1
        assert "apt install python3-venv" in errors
        assert "kan ikke lave virtuelle miljøer" in errors
        assert not (checkout / ".venv").exists()

    def test_an_unknown_set_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert said(["everything"], capsys)[0] == 2

    def test_an_old_python_can_read_it_so_far_as_to_say_so(self) -> None:
        source = Path(bootstrap.__file__).read_text(encoding="utf-8")
        ast.parse(source, feature_version=(3, 7))
        imported = [
            name.name.split(".")[0]
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Import)
            for name in node.names
        ]
        assert set(imported) <= sys.stdlib_module_names
