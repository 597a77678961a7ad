"""Owns docs/openapi/*.json: writes them from the services' code, and refuses drift with `--check`.

`python -m deploy.openapi` writes one document per service and the merged one that the gateway serves and
routes by. The services are built with settings made up here; nothing is opened and nothing is started.
"""

from __future__ import annotations

import argparse
import importlib
import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_origin

from fastapi import FastAPI
from joserfc.jwk import ECKey
from pydantic import PostgresDsn, SecretStr

from services.gateway.main import build_own
from services.gateway.openapi.merging import OWNERS, Document, merge
from services.gateway.settings import GatewaySettings
from shared.settings import ServiceSettings

FOLDER = Path(__file__).parents[1] / "docs/openapi"
MERGED = "samspil"


def build(service: str) -> FastAPI:
    """Build one service, opening nothing."""
    if service == "gateway":
        return build_own(GatewaySettings(**_made_up(GatewaySettings)))
    settings_type = getattr(
        importlib.import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings"
    )
    main = importlib.import_module(f"services.{service}.main")
    app: FastAPI = main.build(settings_type(**_made_up(settings_type)))
    return app


def describe(service: str) -> Document:
    """Build one service's document."""
    return build(service).openapi()


def documents(services: Sequence[str] = OWNERS) -> dict[str, Document]:
    """Build the documents of services and the merged one, by the names of their files."""
    described = {service: describe(service) for service in services}
    return {**described, MERGED: merge(described)}


def written(document: Mapping[str, Any]) -> str:
    """Write a document the one way that makes changes readable."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_all(built: Mapping[str, Document], folder: Path = FOLDER) -> None:
    """Write the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in built.items():
        (folder / f"{name}.json").write_text(written(document), encoding="utf-8")


def drifted(built: Mapping[str, Document], folder: Path = FOLDER) -> list[str]:
    """Name the files that are missing or say something else than the code."""
    return [
        name
        for name, document in built.items()
        if not (file := folder / f"{name}.json").exists()
        or file.read_text(encoding="utf-8") != written(document)
    ]


def _made_up(settings_type: type[ServiceSettings]) -> dict[str, Any]:
    """Make up a value for every setting that must be given, by its type."""
    return {
        name: _value(name, field.annotation)
        for name, field in settings_type.model_fields.items()
        if field.is_required()
    }


def _value(name: str, kind: Any) -> object:
    if name.endswith("signing_key"):
        return json.dumps(ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True))
    if name == "operator_keys":
        return {"keys": []}
    if name == "citizen_keys":
        return {1: secrets.token_urlsafe(48)}
    if get_origin(kind) is dict:
        return {}
    values = {int: 0, PostgresDsn: "postgresql://127.0.0.1/nothing", SecretStr: secrets.token_urlsafe(48)}
    return values.get(kind, "http://127.0.0.1:1")


def main(arguments: list[str] | None = None) -> int:
    """Write the documents, or with `--check` tell whether they are as the code is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on drift")
    wanted = parser.parse_args(arguments)
    built = documents()
    if not wanted.check:
        write_all(built)
        return 0
    found = drifted(built)
    if found:
        sys.stderr.write(f"Run python -m deploy.openapi: out of date are {', '.join(found)}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
