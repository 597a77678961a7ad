"""Reads the calls that a document walks through, and makes them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import httpx2

_CALL = re.compile(
    r"```http\n(?P<method>[A-Z]+) (?P<path>\S+)\n(?P<headers>(?:[A-Z][A-Za-z-]*: [^\n]*\n)*)\n?"
    r"(?P<body>.*?)```\n→ (?P<status>\d{3})\n(?:```(?P<kind>json|text)\n(?P<answer>.*?)```)?",
    re.DOTALL,
)
_NAME = re.compile(r"\{(\w+)\}")
_LOOKS = 6
"""How often a call that waits for news is made: it comes back empty when the time is up."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call a document makes, and what it says is answered: JSON, or lines of text."""

    method: str
    path: str
    body: str
    status: int
    answer: Any
    headers: tuple[tuple[str, str], ...] = ()


def calls_in(text: str) -> Iterator[Call]:
    """Return a document's calls in their order."""
    for found in _CALL.finditer(text):
        headers = (line.partition(": ") for line in found["headers"].splitlines())
        yield Call(
            found["method"],
            found["path"],
            found["body"],
            int(found["status"]),
            _answer_in(found["kind"], found["answer"]),
            tuple((name, value) for name, _, value in headers),
        )


def _answer_in(kind: str | None, text: str) -> Any:
    if kind is None:
        return None
    return json.loads(text) if kind == "json" else text


async def walk(http: httpx2.AsyncClient, calls: Iterator[Call], names: dict[str, str]) -> int:
    """Make the calls one after the other; return how many.

    Parameters
    ----------
    names : dict
        What `{name}` stands for; names that an answer gives a value are added.
    """
    made = 0
    for call in calls:
        answer = await _made(http, call, names)
        said = f"{call.method} {call.path}"
        assert answer.status_code == call.status, f"{said}: {answer.status_code} {answer.text}"
        if isinstance(call.answer, str):
            for line in _filled(call.answer, names).splitlines():
                assert line in answer.text, f"{said}: no {line} in {answer.text}"
        elif call.answer is not None:
            _compare(said, call.answer, answer.json(), names)
        made += 1
    return made


async def _made(http: httpx2.AsyncClient, call: Call, names: Mapping[str, str]) -> httpx2.Response:
    """Make a call; one that waits for news, and is said to bring some, again while it brings none."""
    path = _filled(call.path, names)
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"walk-{uuid4()}"}
    headers |= {name: _filled(value, names) for name, value in call.headers}
    for _ in range(_LOOKS):
        answer = await http.request(
            call.method, path, content=_filled(call.body, names).encode() or None, headers=headers
        )
        if "wait=" not in path or answer.status_code != call.status or answer.json()["items"]:
            break
        path = f"{urlsplit(path).path}?{urlencode({'after': answer.json()['next'], 'wait': 20})}"
    return answer


def _filled(text: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: names.get(found[1], found[0]), text)


def _compare(where: str, expected: Any, found: Any, names: dict[str, str]) -> None:
    """Require that an answer has what a document says, and learn the names it gives values."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert name in found, f"{where}: no {name} in {found}"
            _compare(f"{where} {name}", value, found[name], names)
    elif isinstance(expected, list):
        _compare_lists(where, expected, found, names)
    elif isinstance(expected, str) and _NAME.search(expected):
        _compare_text(where, expected, found, names)
    else:
        assert expected == found, f"{where}: {found!r}, not {expected!r}"


def _compare_lists(where: str, expected: list[Any], found: Any, names: dict[str, str]) -> None:
    """Require as many elements, and each that is expected once; lists by id come in any order."""
    assert len(expected) == len(found), f"{where}: {found}"
    left = list(found)
    for index, value in enumerate(expected):
        fitting = next((place for place, each in enumerate(left) if _fits(value, each, names)), 0)
        _compare(f"{where} {index}", value, left.pop(fitting), names)


def _fits(expected: Any, found: Any, names: Mapping[str, str]) -> bool:
    try:
        _compare("", expected, found, dict(names))
    except (AssertionError, TypeError):
        return False
    return True


def _compare_text(where: str, expected: str, found: Any, names: dict[str, str]) -> None:
    """Require a text with names in it: those known must stand there, the others are learnt."""
    pattern = "".join(
        part if index % 2 == 0 else f"(?P<{part}>.+)" if part not in names else re.escape(names[part])
        for index, part in enumerate(_split(expected))
    )
    fits = isinstance(found, str) and re.fullmatch(pattern, found, re.DOTALL)
    assert fits, f"{where}: {found!r}, not {_filled(expected, names)!r}"
    names.update(fits.groupdict())


def _split(text: str) -> list[str]:
    """Split at the names: the texts between them, ready for a pattern, at even places."""
    return [part if index % 2 else re.escape(part) for index, part in enumerate(_NAME.split(text))]
