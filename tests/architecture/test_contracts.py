"""The import contracts hold, and each breaks when one forbidden import is added."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.architecture.checkout import ROOT

# For each contract, one import that it must not let pass.
FORBIDDEN = {
    "services-apart": ("services/survey/rounds/service.py", "import services.cases.settings"),
    "shared-below": ("shared/paging.py", "import services.cases.settings"),
    "deploy-above": ("services/gateway/settings.py", "import deploy.pins"),
    "deploy-starts-only": ("deploy/pins.py", "import services.cases.main"),
    "slice": ("services/cases/register/repository.py", "import services.cases.register.api"),
    "no-api-below": ("services/cases/studies/service.py", "import services.cases.register.api"),
    "no-service-below": ("services/cases/studies/schemas.py", "import services.cases.register.service"),
    "no-framework-below-routes": ("services/survey/rounds/service.py", "import fastapi"),
    "no-sql-in-wire-models": ("services/survey/rounds/schemas.py", "import sqlalchemy"),
    "numbers-only-in-analytics": ("services/cases/classification/complexity.py", "import numpy"),
    "pure-methods": ("services/analytics/methods/scores.py", "import shared.wire"),
    "one-way-out": ("services/analytics/scores/api.py", "import services.analytics.methods.scores"),
    "files-of-views": (
        "services/analytics/exports/figures.py",
        "import services.analytics.projection.holdings",
    ),
    "proxy-client": ("services/survey/rounds/cases_client.py", "import aiohttp"),
    "nothing-of-tests": ("services/analytics/methods/moments.py", "import pandas"),
}


def linted(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check contracts, or all, on the packages in a folder."""
    program = (
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    )
    chosen = [option for each in contracts for option in ("--contract", each)]
    command = [sys.executable, "-c", program, "--no-logo", "--cache-dir", str(folder / "cache"), *chosen]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the packages and the contracts, to break them."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copy(ROOT / ".importlinter", folder)
    for package in ("services", "shared", "deploy"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.csv")
        )
    return folder


def test_contracts_hold(copied: Path) -> None:
    done = linted(copied)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_each_contract_has_a_negative_control() -> None:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    names = {section.rpartition(":")[2] for section in contracts.sections() if ":" in section}
    assert names == set(FORBIDDEN)


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_breaks(contract: str, copied: Path) -> None:
    path, forbidden = FORBIDDEN[contract]
    file = copied / path
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n{forbidden}\n", encoding="utf-8")
    try:
        done = linted(copied, contract)
    finally:
        file.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "1 broken" in done.stdout, done.stdout + done.stderr
