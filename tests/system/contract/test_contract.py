"""What the merged OpenAPI document promises, tried through the gateway on every operation, by every check.

`SAMSPIL_CONTRACT_CASES` says how many requests there are at least; `make soak` sends 50,000.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from deploy.local.postgres import ServerAddress
from services.gateway.outbound import resolving
from services.gateway.webhooks import api as webhooks
from tests.support.databases import TestDatabase, make_database
from tests.system.authorisation.installation import Installation, running_installation
from tests.system.contract.callers import callers_of
from tests.system.contract.campaign import Campaign, Document, Findings, Size
from tests.system.contract.things import known_in
from tests.system.contract.wrong_document import WRONG, wrong

WHOLE: Document = json.loads(
    (Path(__file__).parents[3] / "docs/openapi/samspil.json").read_text(encoding="utf-8")
)
OPERATIONS = {
    f"{method.upper()} {path}"
    for path, item in WHOLE["paths"].items()
    for method in item
    if method in {"get", "put", "post", "patch", "delete"}
}
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
)
WITHOUT_CONTROL = {"use_after_free", "ensure_resource_availability"}
"""What these find takes a walk of several steps, which no run of a few cases is sure to take."""

FEW = 2000
CASES = int(os.environ.get("SAMSPIL_CONTRACT_CASES", FEW))
# Of 50,000 some 16,000 are enumerated; the others are drawn.
SIZE = Size(10, 1, 5) if CASES <= FEW else Size(1, CASES * 7 // 10 // len(OPERATIONS), CASES // 500)
UNLIMITED = "1000000/1"


def _no_addresses_of(_host: str) -> list[str]:
    raise OSError("nobody outside is called")


@pytest.fixture(scope="module")
def gateway_database(postgres: ServerAddress) -> TestDatabase:
    return make_database(postgres, "gateway", "samspil_gateway_contract")


@pytest.fixture(scope="module")
async def house(
    databases: dict[str, TestDatabase], gateway_database: TestDatabase
) -> AsyncIterator[Installation]:
    rates = {f"{name}_rate": UNLIMITED for name in ("client", "tenant", "respondent", "login")}
    with pytest.MonkeyPatch.context() as patch:
        # Webhooks and issuers are made up here, and some of their addresses may be somebody's.
        patch.setattr(resolving, "_addresses_of", _no_addresses_of)
        async with running_installation({**databases, "gateway": gateway_database}, **rates) as running:
            yield running


@dataclass(frozen=True, slots=True)
class Trial:
    """Documents tried on the house, which goes on in this process meanwhile."""

    house: Installation
    drawing: ProcessPoolExecutor
    folder: Path

    async def of(self, document: Document, size: Size) -> Findings:
        """Try one."""
        known = await known_in(self.house)
        async with callers_of(self.house, self.folder / "tokens.json") as callers:
            campaign = Campaign(document, self.house.url, callers.token, known, size)
            return await asyncio.get_running_loop().run_in_executor(self.drawing, campaign.run)


@pytest.fixture(scope="module")
def drawing() -> Iterator[ProcessPoolExecutor]:
    """Run what draws requests in one process for all: loading the tool takes long."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        yield process


@pytest.fixture
def trial(house: Installation, drawing: ProcessPoolExecutor, tmp_path: Path) -> Trial:
    return Trial(house, drawing, tmp_path)


async def test_every_operation_keeps_its_promise(trial: Trial) -> None:
    findings = await trial.of(WHOLE, SIZE)
    assert findings.failures == {}
    assert findings.errors == []
    assert findings.cases.keys() == {"examples", "coverage", "fuzzing", "stateful"}
    assert findings.cases.total() >= CASES
    assert findings.checks.keys() == set(CHECKS)
    # Every one, and most of them also with a request that it takes.
    assert findings.tried == OPERATIONS
    assert len(findings.succeeded) >= len(OPERATIONS) * 2 // 3


async def test_each_check_finds_what_is_wrong(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(webhooks, "read_page", _fail)
    document = wrong(WHOLE)
    document["paths"]["/v1/webhooks"] = {"get": WHOLE["paths"]["/v1/webhooks"]["get"]}
    findings = await trial.of(document, Size(1, 2, 1))
    expected = {(check, f"GET {path}") for check, (path, _) in WRONG.items()}
    expected.add(("not_a_server_error", "GET /v1/webhooks"))
    assert expected <= findings.failures.keys()
    assert {check for check, _ in expected} == set(CHECKS) - WITHOUT_CONTROL


async def _fail(*_: object) -> None:
    raise RuntimeError("as nobody foresaw")
