"""The import contracts hold, and each breaks when one forbidden import is added."""

import json
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.architecture import linting
from tests.architecture.checkout import ROOT
from tests.architecture.linting import Said

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


@pytest.fixture(scope="module")
def said(copied: Path) -> dict[str, Said]:
    """Lint the copy as it is, and with each forbidden import; each start of the linter takes a second."""
    done = subprocess.run(
        [sys.executable, linting.__file__],
        cwd=copied,
        input=json.dumps(FORBIDDEN),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Said] = json.loads(done.stdout)
    return answer


def test_contracts_hold(said: dict[str, Said]) -> None:
    code, told = said[linting.EVERYTHING]
    assert code == 0, told
    assert "0 broken" in told


def test_each_contract_has_a_negative_control() -> None:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    names = {section.rpartition(":")[2] for section in contracts.sections() if ":" in section}
    assert names == set(FORBIDDEN)


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_breaks(contract: str, said: dict[str, Said]) -> None:
    code, told = said[contract]
    assert code == 1, told
    assert "1 broken" in told


def test_what_was_added_is_gone_after(copied: Path, said: dict[str, Said]) -> None:
    """Nothing of one is left in the folder for the next."""
    assert set(said) == {linting.EVERYTHING, *FORBIDDEN}
    for file, _ in FORBIDDEN.values():
        assert (copied / file).read_text(encoding="utf-8") == (ROOT / file).read_text(encoding="utf-8")
