"""npm packages come by their hashes or not at all, and no lock file says from where."""

import json
from pathlib import Path

import pytest

from deploy import node_packages
from deploy.node_packages import InstallationError, install, lock
from tests.architecture.checkout import ROOT, files

LOCKS = [file for file in files() if file.path.endswith("package-lock.json")]
PINS = ROOT / "tests/browser"


def test_every_lock_has_a_hash_for_every_package_and_an_address_for_none() -> None:
    assert len(LOCKS) == 3
    for file in LOCKS:
        packages = json.loads(file.text)["packages"]
        installed = [each for name, each in packages.items() if name]
        assert installed
        assert all(each["integrity"].startswith("sha512-") for each in installed), file.path
        assert not any("resolved" in each for each in installed), file.path


def test_what_npm_refuses_is_not_taken_for_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_packages, "node", lambda *_: 1)
    with pytest.raises(InstallationError):
        install(PINS, tmp_path)
    assert not (tmp_path / "installed").exists()


def test_is_installed_once_and_again_when_the_lock_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def npm(arguments: list[str], _: Path) -> int:
        calls.append(arguments)
        return 0

    monkeypatch.setattr(node_packages, "npm", npm)
    pins, folder = tmp_path / "pins", tmp_path / "folder"
    pins.mkdir()
    for name in ("package.json", "package-lock.json"):
        (pins / name).write_text("{}", encoding="utf-8")
    install(pins, folder)
    install(pins, folder)
    assert len(calls) == 1
    assert "--ignore-scripts" in calls[0]
    (pins / "package-lock.json").write_text("{ }", encoding="utf-8")
    install(pins, folder)
    assert len(calls) == 2


def test_a_lock_that_was_not_made_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(node_packages, "npm", lambda *_: 1)
    assert lock(tmp_path) == 1
    assert not (tmp_path / "package-lock.json").exists()
