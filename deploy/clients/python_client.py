"""Generates the Python client and checks its types; refuses what a generator warns of."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

from deploy.clients.building import CLIENTS, read_document, run_python

HERE = CLIENTS / "python"
BUILD = HERE / "build"
PACKAGE = "samspil_client"
_PAGE = "/svar"
_JSON = "application/json"


def generate(build: Path = BUILD) -> None:
    """Generate the package from today's document, with what is written by hand in it.

    Raises
    ------
    BuildError
        The generator failed, or warns that it leaves something out.
    """
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    document = build / "samspil.json"
    document.write_text(json.dumps(prepared(read_document())), encoding="utf-8")
    options: dict[str, str | Path] = {
        "--path": document,
        "--config": HERE / "generator.json",
        "--custom-template-path": HERE / "templates",
        "--meta": "uv",
        "--output-path": build,
    }
    arguments = [part for option in options.items() for part in option]
    run_python(["-m", "openapi_python_client", "generate", *arguments, "--overwrite", "--fail-on-warning"])
    shutil.copytree(HERE / "additions", build / PACKAGE, dirs_exist_ok=True)


def check_types(*programs: Path, build: Path = BUILD) -> None:
    """Check the types of the package, and of programs that use it, as strictly as there is.

    Raises
    ------
    BuildError
        Something is wrong with them.
    """
    # A cache of its own: under other options nothing of the house's would be of use.
    options = ("--strict", "--config-file=", "--no-error-summary", "--cache-dir=.mypy_cache/clients")
    run_python(["-m", "mypy", *options, build / PACKAGE, *programs], MYPYPATH=str(build))


def prepared(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without what has no type: the page for people, and what has no body.

    To the generator an answer without a body is anything at all, and so would be all that is answered
    beside it. What is sent in more than one form is sent as JSON.
    """
    kept = copy.deepcopy(document)
    kept["paths"] = {path: item for path, item in kept["paths"].items() if not path.startswith(_PAGE)}
    for operation in (each for item in kept["paths"].values() for each in item.values()):
        answers = operation["responses"]
        operation["responses"] = {status: each for status, each in answers.items() if each.get("content")}
        sent = operation.get("requestBody", {}).get("content", {})
        if _JSON in sent:
            operation["requestBody"]["content"] = {_JSON: sent[_JSON]}
    return kept
