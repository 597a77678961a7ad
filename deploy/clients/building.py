"""Owns where clients come from, and how a program is run for them; a failure ends all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "clients"
DOCUMENT = ROOT / "docs/openapi/samspil.json"


class BuildError(RuntimeError):
    """A client could not be generated, or what was generated does not compile."""


def read_document(file: Path = DOCUMENT) -> dict[str, Any]:
    """Read the document that clients are generated from."""
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def run_python(arguments: Sequence[str | Path], **environment: str) -> None:
    """Run a Python program, which finds the other programs of this virtual environment.

    Raises
    ------
    BuildError
        It failed.
    """
    own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {**os.environ, "PATH": own, **environment}
    done = subprocess.run([sys.executable, *map(str, arguments)], env=env, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise BuildError(f"{arguments[1]} failed: {done.returncode}")
