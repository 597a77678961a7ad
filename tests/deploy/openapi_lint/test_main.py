"""The linter passes what is committed, finds what breaks a rule of either set, and never passes unseen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.node_packages import InstallationError
from deploy.openapi_lint import __main__ as program
from deploy.openapi_lint.__main__ import DOCUMENTS, main

Break = Callable[[dict[str, Any]], None]


def _drop_owasp(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["PutTenant"]["properties"]["name"]["maxLength"]


def _drop_oas(document: dict[str, Any]) -> None:
    del document["info"]["contact"]


def _break_example(document: dict[str, Any]) -> None:
    put = document["paths"]["/v1/tenants/{tenantId}"]["put"]
    put["requestBody"]["content"]["application/json"]["example"] = {"name": 1}


def _open(document: dict[str, Any]) -> None:
    document["paths"]["/v1/tenants/{tenantId}"]["put"]["security"] = []


BREAKS = {
    "owasp:api4:2023-string-limit": _drop_owasp,
    "info-contact": _drop_oas,
    "oas3-valid-media-example": _break_example,
    "owasp:api2:2023-write-restricted": _open,
}


def test_finds_what_breaks_a_rule(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One run for all, since it takes seconds: the file's name tells which break was found."""
    source = (DOCUMENTS / "gateway.json").read_text(encoding="utf-8")
    names = []
    for number, make_worse in enumerate(BREAKS.values()):
        document = json.loads(source)
        make_worse(document)
        names.append(str(tmp_path / f"{number}.json"))
        Path(names[-1]).write_text(json.dumps(document), encoding="utf-8")
    assert main(names) == 1
    found = capfd.readouterr().out
    for number, rule in enumerate(BREAKS):
        assert any(line.startswith(f"{number}.json ") and f" {rule}:" in line for line in found.split("\n"))


def test_passes_what_keeps_the_rules() -> None:
    assert main([str(DOCUMENTS / "gateway.json")]) == 0


def test_without_a_document_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "DOCUMENTS", tmp_path)
    assert main([]) == 2


def test_without_its_packages_nothing_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Path) -> None:
        raise InstallationError

    monkeypatch.setattr(program, "install", refuse)
    assert main([]) == 1
