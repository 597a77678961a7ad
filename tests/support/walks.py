"""Reads the calls that a document walks through, and makes them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

_CALL = re.compile(
    r"```http\n(?P<method>[A-Z]+) (?P<path>\S+)\n(?P<body>.*?)```\n→ (?P<status>\d{3})\n"
    r"(?:```json\n(?P<answer>.*?)```)?",
    re.DOTALL,
)
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Call:
    """A call a document makes, and what it says is answered."""

    method: str
    path: str
    body: str
    status: int
    answer: Any


def calls_in(text: str) -> Iterator[Call]:
    """Return a document's calls in their order."""
    for found in _CALL.finditer(text):
        answer = json.loads(found["answer"]) if found["answer"] else None
        yield Call(found["method"], found["path"], found["body"], int(found["status"]), answer)


async def walk(http: httpx2.AsyncClient, calls: Iterator[Call], names: dict[str, str]) -> int:
    """Make the calls one after the other; return how many.

    Parameters
    ----------
    names : dict
        What `{name}` stands for; names that an answer gives a value are added.
    """
    made = 0
    for call in calls:
        body = _filled(call.body, names)
        answer = await http.request(
            call.method,
            _filled(call.path, names),
            content=body.encode() or None,
            headers={"Content-Type": "application/json", "Idempotency-Key": f"walk-{made:06}"},
        )
        said = f"{call.method} {call.path}"
        assert answer.status_code == call.status, f"{said}: {answer.status_code} {answer.text}"
        if call.answer is not None:
            _compare(said, call.answer, answer.json(), names)
        made += 1
    return made


def _filled(text: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: names.get(found[1], found[0]), text)


def _compare(where: str, expected: Any, found: Any, names: dict[str, str]) -> None:
    """Require that an answer has what a document says, and learn the names it gives values."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert name in found, f"{where}: no {name} in {found}"
            _compare(f"{where} {name}", value, found[name], names)
    elif isinstance(expected, list):
        assert len(expected) == len(found), f"{where}: {found}"
        for index, value in enumerate(expected):
            _compare(f"{where} {index}", value, found[index], names)
    elif isinstance(expected, str) and (name := _NAME.fullmatch(expected)):
        assert names.setdefault(name[1], found) == found, f"{where}: {found}"
    else:
        assert expected == found, f"{where}: {found!r}, not {expected!r}"
