"""The published document: read and written as pages once, at the start, with their entity tags."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from services.gateway.openapi.page import render_page
from services.gateway.openapi.wording import WORDING
from shared.wire import Language


@dataclass(frozen=True, slots=True)
class Text:
    """Something that is sent as it is, and its entity tag."""

    body: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Published:
    """The merged document as data, as it is sent, and as a page in each language."""

    document: dict[str, Any]
    text: Text
    pages: Mapping[Language, Text]


def read_published(path: Path) -> Published:
    """Read the merged document that `python -m deploy.openapi` wrote."""
    body = path.read_bytes()
    document = orjson.loads(body)
    pages = {language: _text(render_page(document, language).encode()) for language in WORDING}
    return Published(document, _text(body), pages)


def _text(body: bytes) -> Text:
    return Text(body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
