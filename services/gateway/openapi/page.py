"""Writes the documentation page: plain HTML with its own style, no script, nothing from anywhere else."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from services.gateway.openapi.kinds import resolve, type_name
from services.gateway.openapi.merging import operations_of
from services.gateway.openapi.wording import WORDING, Wording
from shared.wire import Language

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b}"
    "h2{margin-top:3rem;border-bottom:2px solid #1f5f8b}h3{margin:0;font-size:1rem}"
    "article{border:1px solid #c8d3da;border-radius:.4rem;padding:.8rem 1rem;margin:1rem 0}"
    "code,pre{font:14px/1.45 ui-monospace,monospace}"
    "pre{background:#f3f6f8;padding:.6rem;overflow:auto;border-radius:.3rem}"
    "table{border-collapse:collapse;width:100%}"
    "td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0}"
    ".method{display:inline-block;min-width:4rem;font-weight:700;color:#1f5f8b}"
    "nav ul{columns:3}@media(max-width:40rem){nav ul{columns:1}}"
    "@media(prefers-color-scheme:dark){body{background:#16191c;color:#e6e6e6}pre{background:#22272b}"
    "article{border-color:#3a444c}a,.method{color:#8cc4ea}}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def render_page(document: Mapping[str, Any], language: Language) -> str:
    """Write a document as a page in a language."""
    words = WORDING[language]
    info = document["info"]
    tags = [tag["name"] for tag in document["tags"]]
    links = "".join(f'<li><a href="#{escape(tag)}">{escape(tag)}</a></li>' for tag in tags)
    sections = "".join(_section(tag, document, words) for tag in tags)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f"<p>{escape(info['description'])}</p><p>{escape(words.introduction)}</p>"
        f'<p><a href="/v1/openapi.json">{escape(words.document)}</a></p>'
        f"<nav><h2>{escape(words.contents)}</h2><ul>{links}</ul></nav>{sections}</body></html>"
    )


def _section(tag: str, document: Mapping[str, Any], words: Wording) -> str:
    schemas = document["components"]["schemas"]
    operations = "".join(
        _operation(path, method, operation, schemas, words)
        for path, method, operation in operations_of(document["paths"])
        if tag in operation["tags"]
    )
    return f'<section id="{escape(tag)}"><h2>{escape(tag)}</h2>{operations}</section>'


def _operation(
    path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any], words: Wording
) -> str:
    text = operation.get("description") or operation.get("summary") or ""
    return (
        f'<article id="{escape(operation["operationId"])}">'
        f'<h3><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h3>'
        f"<p>{escape(text)}</p>"
        f"<p><b>{escape(words.access)}:</b> {escape(_access(operation, words))}</p>"
        f"{_parameters(operation.get('parameters', []), schemas, words)}"
        f"{_body(operation.get('requestBody'), schemas, words)}"
        f"{_answers(operation['responses'], words)}</article>"
    )


def _access(operation: Mapping[str, Any], words: Wording) -> str:
    named = [
        " ".join([words.scheme.get(name, name), *scopes])
        for requirement in operation.get("security", [])
        for name, scopes in requirement.items()
    ]
    return ", ".join(named) or words.public


def _parameters(parameters: Iterable[Mapping[str, Any]], schemas: Mapping[str, Any], words: Wording) -> str:
    rows = [
        _row(
            f"{escape(each['name'])} ({escape(words.place.get(each['in'], each['in']))})",
            type_name(each.get("schema", {}), schemas),
            words.required if each.get("required") else "",
            each.get("description") or each.get("schema", {}).get("description", ""),
        )
        for each in parameters
    ]
    return _table(words.parameters, rows)


def _body(body: Mapping[str, Any] | None, schemas: Mapping[str, Any], words: Wording) -> str:
    if body is None:
        return ""
    media_type, content = next(iter(body["content"].items()))
    schema = resolve(content.get("schema", {}), schemas)
    required = schema.get("required", [])
    rows = [
        _row(
            escape(name),
            type_name(each, schemas),
            words.required if name in required else "",
            each.get("description", ""),
        )
        for name, each in schema.get("properties", {}).items()
    ]
    return _table(f"{words.body} ({media_type})", rows) + _example(content, words)


def _answers(responses: Mapping[str, Any], words: Wording) -> str:
    rows = [
        f"<tr><td><code>{escape(status)}</code></td><td>{escape(answer.get('description', ''))}</td></tr>"
        for status, answer in sorted(responses.items())
    ]
    good: Mapping[str, Any] = next(
        (answer for status, answer in sorted(responses.items()) if status.startswith("2")), {}
    )
    content = good.get("content", {}).get("application/json", {})
    return _table(words.answers, rows) + _example(content, words)


def _row(name: str, kind: str, required: str, description: str) -> str:
    cells = f"<td>{escape(kind)}</td><td>{escape(required)}</td><td>{escape(description)}</td>"
    return f"<tr><td><code>{name}</code></td>{cells}</tr>"


def _table(title: str, rows: list[str]) -> str:
    return f"<h4>{escape(title)}</h4><table>{''.join(rows)}</table>" if rows else ""


def _example(content: Mapping[str, Any], words: Wording) -> str:
    """Show the document's own example of a body, if it has one."""
    if "example" not in content:
        return ""
    text = json.dumps(content["example"], ensure_ascii=False, indent=2)
    return f"<details><summary>{escape(words.example)}</summary><pre>{escape(text)}</pre></details>"
