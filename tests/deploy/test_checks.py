"""Owns the proof that faulty deployment files are found, each by its own tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy import checks

GOOD_DOCKERFILE = 'FROM debian:12\nWORKDIR /app\nCMD ["true"]\n'
GOOD_COMPOSE = "services:\n  one:\n    image: debian:12\n"


def checkout(root: Path, dockerfile: str = GOOD_DOCKERFILE, compose: str = GOOD_COMPOSE) -> Path:
    (root / "deploy").mkdir()
    (root / checks.DOCKERFILE).write_text(dockerfile, encoding="utf-8")
    (root / checks.COMPOSE).write_text(compose, encoding="utf-8")
    return root


def test_good_files_pass(tmp_path: Path) -> None:
    assert checks.check(checkout(tmp_path)) == 0


def test_missing_files_fail(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.check(tmp_path) == 2
    assert "docker-compose.yml is missing" in capfd.readouterr().err


def test_a_faulty_dockerfile_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    faulty = "FROM debian:latest\nCMD true\n"
    assert checks.check(checkout(tmp_path, dockerfile=faulty)) == 1
    assert "DL3007" in capfd.readouterr().out


def test_a_compose_file_against_its_schema_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    faulty = "services:\n  one:\n    imagge: debian:12\n"
    assert checks.check(checkout(tmp_path, compose=faulty)) == 1
    assert "imagge" in capfd.readouterr().out


def test_a_doubled_key_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    doubled = GOOD_COMPOSE + "    image: debian:13\n"
    assert checks.check(checkout(tmp_path, compose=doubled)) >= 1
    assert "duplication of key" in capfd.readouterr().out
