"""The command: from files to the register and back on the screen."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import pytest

from deploy.organisation.__main__ import main
from tests.deploy.organisation.small_folder import FILES, write
from tests.deploy.organisation.small_os2mo import CPR_NUMBER, RULES, municipality
from tests.services.cases.synchronisation.sending import Source
from tests.support.municipality import Municipality
from tests.support.services import Stack


@pytest.fixture
def source(stack: Stack, tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Give a source whose token the command finds."""
    source = Source(Municipality(stack, tenant))
    monkeypatch.setenv("SAMSPIL_TOKEN", source.client.token)
    return source


class TestCsv:
    async def test_sends_a_folder(
        self, source: Source, stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        common = [
            "csv",
            str(write(tmp_path)),
            "--system",
            "hr",
            "--version",
            "1",
            "--url",
            stack.urls["cases"],
        ]
        assert await asyncio.to_thread(main, [*common, "--dry-run"]) == 0
        assert "+ anho-1" in capsys.readouterr().out
        assert (await source.client.get(source.path)).status_code == 404
        assert await asyncio.to_thread(main, common) == 0
        assert (await source.one("units", "familiehus"))["current"]["name"] == "Familiehuset"
        assert await asyncio.to_thread(main, common) == 0
        assert "unchanged" in capsys.readouterr().out

    async def test_shows_why_it_was_refused(
        self, source: Source, stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        common = [
            "csv",
            str(write(tmp_path)),
            "--system",
            "region",
            "--version",
            "1",
            "--url",
            stack.urls["cases"],
        ]
        assert await asyncio.to_thread(main, common) == 1
        assert "403 forbidden" in capsys.readouterr().out

    def test_sends_nothing_with_mistakes_in_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = write(tmp_path, units=FILES["units"].replace("bu,familie", "bu,x"))
        assert main(["csv", str(folder), "--system", "hr", "--version", "1"]) == 2
        assert "units.csv:3 parent_reference" in capsys.readouterr().err


class TestOs2mo:
    def test_writes_the_snapshot_of_files(self, tmp_path: Path) -> None:
        rules, answers, out = (tmp_path / name for name in ("rules.json", "answers.json", "out.json"))
        rules.write_text(json.dumps(RULES), encoding="utf-8")
        answers.write_text(json.dumps(municipality()), encoding="utf-8")
        command = ["os2mo", str(answers), "--rules", str(rules), "--system", "os2mo", "--version", "3"]
        assert main([*command, "--out", str(out)]) == 0
        text = out.read_text(encoding="utf-8")
        assert CPR_NUMBER not in text
        assert json.loads(text)["sourceVersion"] == 3

    def test_asks_for_a_token(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OS2MO_TOKEN", raising=False)
        rules = tmp_path / "rules.json"
        rules.write_text(json.dumps(RULES), encoding="utf-8")
        command = ["os2mo", "https://os2mo.invalid/graphql/v30", "--rules", str(rules)]
        assert main([*command, "--system", "os2mo", "--version", "3"]) == 2
        assert "OS2MO_TOKEN" in capsys.readouterr().err
