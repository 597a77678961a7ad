"""The linter passes what is committed, finds what breaks a rule of any set, and never passes unseen."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from deploy.node_packages import InstallationError
from deploy.openapi_lint import __main__ as program
from deploy.openapi_lint.__main__ import DOCUMENTS, main
from deploy.openapi_lint.linters import HERE, install, node, offline, redocly, spectral
from tests.deploy.openapi_lint.documents import (
    APART,
    REDOCLY,
    TOGETHER,
    Break,
    Document,
    gateway_document,
    small_document,
)


def _drop_owasp(document: Document) -> None:
    del document["components"]["schemas"]["PutTenant"]["properties"]["name"]["maxLength"]


def _drop_oas(document: Document) -> None:
    del document["info"]["contact"]


def _break_example(document: Document) -> None:
    put = document["paths"]["/v1/tenants/{tenantId}"]["put"]
    put["requestBody"]["content"]["application/json"]["example"] = {"name": 1}


def _open(document: Document) -> None:
    document["paths"]["/v1/tenants/{tenantId}"]["put"]["security"] = []


BREAKS = {
    "owasp:api4:2023-string-limit": _drop_owasp,
    "info-contact": _drop_oas,
    "oas3-valid-media-example": _break_example,
    "owasp:api2:2023-write-restricted": _open,
}


def worse(folder: Path, document: Document, breaks: Mapping[str, Break]) -> list[Path]:
    """Write a document as often as there are breaks, each time with one of them."""
    text, files = json.dumps(document), []
    for number, make_worse in enumerate(breaks.values()):
        copy = json.loads(text)
        make_worse(copy)
        files.append(folder / f"{number}.json")
        files[-1].write_text(json.dumps(copy), encoding="utf-8")
    return files


def all_at_once(file: Path, document: Document, breaks: Mapping[str, Break]) -> Path:
    """Write a document with all breaks, since each further document takes seconds."""
    for make_worse in breaks.values():
        make_worse(document)
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def unfound(found: str, file: Path, rules: Iterable[str]) -> list[str]:
    """Return the rules of which nothing was told about a file."""
    told = [each for each in found.split("\n") if each.startswith(f"{file.name} ")]
    return [rule for rule in rules if not any(f" {rule}:" in each for each in told)]


def test_finds_what_breaks_a_rule(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = all_at_once(tmp_path / "gateway.json", gateway_document(), BREAKS)
    assert main([str(file)]) == 1
    assert unfound(capfd.readouterr().out, file, BREAKS) == []


def test_finds_what_breaks_each_dutch_rule(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    install()
    together = all_at_once(tmp_path / "together.json", small_document(), TOGETHER)
    apart = worse(tmp_path, small_document(), APART)
    assert spectral([together, *apart]) == 1
    found = capfd.readouterr().out
    assert unfound(found, together, [f"adr:{rule}" for rule in TOGETHER]) == []
    for file, rule in zip(apart, APART, strict=True):
        assert unfound(found, file, [f"adr:{rule}"]) == []


def test_no_dutch_rule_is_without_a_break() -> None:
    rules = (HERE / "api_design_rules.mjs").read_text(encoding="utf-8")
    breaks = {**TOGETHER, **APART}
    assert [rule for rule in breaks if f'*"{rule}"(document)' not in rules] == []
    assert rules.count("(document) {\n") == len(breaks) + 3  # three are walks over the document


def test_redocly_finds_what_only_it_looks_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    install()
    assert redocly(worse(tmp_path, small_document(), REDOCLY)) == 1
    told = capfd.readouterr().out
    assert [rule for rule in REDOCLY if f" {rule} " not in told] == []


def test_passes_what_keeps_the_rules(tmp_path: Path) -> None:
    small = tmp_path / "small.json"
    small.write_text(json.dumps(small_document()), encoding="utf-8")
    assert main([str(DOCUMENTS / "gateway.json"), str(small)]) == 0


def test_what_lints_is_ended_when_it_wants_the_network(tmp_path: Path) -> None:
    install()
    asking = tmp_path / "asking.mjs"
    asking.write_text('await fetch("http://127.0.0.1:49151/").catch(() => {});', encoding="utf-8")
    assert offline(str(asking)) == 3
    assert node(str(asking)) == 0


def test_without_a_document_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "DOCUMENTS", tmp_path)
    assert main([]) == 2


def test_without_its_packages_nothing_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise InstallationError

    monkeypatch.setattr(program, "install", refuse)
    assert main([]) == 1
