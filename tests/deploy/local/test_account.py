"""Owns the proof that the server runs as an ordinary account, whoever starts it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.local import account as accounts
from deploy.local.account import Account, server_account


class TestAccount:
    def test_root_without_an_account_to_lend_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(accounts, "CANDIDATES", ("no-such-account",))
        with pytest.raises(accounts.NoAccountError, match="Running as root"):
            server_account(tmp_path / "none")

    def test_an_ordinary_user_runs_it_as_themselves(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
        account = server_account(tmp_path)
        assert account.uid == 4711
        assert account.identity() == {}

    def test_whether_a_path_can_be_used_is_tried(self, tmp_path: Path) -> None:
        me = Account(os.geteuid(), os.getegid(), borrowed=False)
        file = tmp_path / "a file"
        file.touch(mode=0o600)
        assert me.may_use(enter=[tmp_path], read=[file])
        assert not me.may_use(enter=[tmp_path], read=[file, tmp_path / "none"])
        assert not me.may_use(enter=[file])

    def test_nothing_of_the_callers_environment_steers_the_server(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PGHOST", "example.invalid")
        me = Account(os.geteuid(), os.getegid(), borrowed=False)
        assert "PGHOST" not in me.run(["env"]).stdout
