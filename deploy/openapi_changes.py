"""Refuses changes of the merged document that would break who builds upon the last released one.

`python -m deploy.openapi_changes` compares docs/openapi/samspil.json with released/samspil.json beside it
and tells of each such change; `--release` makes today's document the released one. What is withdrawn must
have been released as `deprecated` with the day of its end in `x-sunset`, and that day must have come.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from deploy.openapi import FOLDER, MERGED
from deploy.openapi_schemas import Compared

CURRENT = FOLDER / f"{MERGED}.json"
RELEASED = FOLDER / "released" / f"{MERGED}.json"
SUNSET = "x-sunset"
_METHODS = ("get", "put", "post", "patch", "delete")

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would break: of which operation, and what."""

    operation: str
    what: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.what}"


def breaking(released: Document, now: Document, today: date) -> list[Change]:
    """Return every change from the released document that would break who builds upon it."""
    schemas = released["components"]["schemas"], now["components"]["schemas"]
    sent = Compared(taking=schemas[1], giving=schemas[0], is_answer=False)
    answered = Compared(taking=schemas[0], giving=schemas[1], is_answer=True)
    there = {(path, method): each for path, method, each in _operations(now)}
    found = []
    for path, method, before in _operations(released):
        after = there.get((path, method))
        name = f"{method.upper()} {path}"
        if after is None:
            found += [] if has_ended(before, today) else [Change(name, "there no more")]
            continue
        whats = [*_of_call(before, after, sent), *_of_answers(before, after, answered)]
        found += [Change(name, what) for what in whats]
    return found


def _operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def has_ended(operation: Mapping[str, Any], today: date) -> bool:
    """Tell whether an operation was released as deprecated, and its day has come."""
    ends = operation.get(SUNSET)
    return (
        operation.get("deprecated") is True and isinstance(ends, str) and date.fromisoformat(ends) <= today
    )


def _of_call(before: Mapping[str, Any], after: Mapping[str, Any], sent: Compared) -> Iterator[str]:
    if before["operationId"] != after["operationId"]:
        yield f"called {after['operationId']}, and was {before['operationId']}"
    yield from _of_tokens(before["security"], after["security"])
    yield from _of_parameters(before, after, sent)
    taken, given = after.get("requestBody"), before.get("requestBody")
    if given is None:
        if taken is not None and taken.get("required"):
            yield "body: needed now"
        return
    if taken is None:
        yield "body: taken no more"
        return
    if taken.get("required") and not given.get("required"):
        yield "body: needed now"
    yield from _of_contents(taken["content"], given["content"], sent, "body")


def _of_tokens(before: list[dict[str, list[str]]], after: list[dict[str, list[str]]]) -> Iterator[str]:
    """Yield the ways to prove who asks that do not suffice any more."""
    for way in before or [{}]:
        if after and not any(_suffices(way, other) for other in after):
            yield f"{' and '.join(way) or 'nothing'} does not suffice any more"


def _suffices(way: Mapping[str, list[str]], needed: Mapping[str, list[str]]) -> bool:
    return all(name in way and set(scopes) <= set(way[name]) for name, scopes in needed.items())


def _of_parameters(before: Mapping[str, Any], after: Mapping[str, Any], sent: Compared) -> Iterator[str]:
    given, taken = _parameters(before), _parameters(after)
    for key, parameter in given.items():
        place = " ".join(key)
        other = taken.get(key)
        if other is None:
            yield f"{place}: taken no more"
            continue
        if other.get("required") and not parameter.get("required"):
            yield f"{place}: needed now"
        yield from sent.refused(other["schema"], parameter["schema"], place)
    for key in sorted(set(taken) - set(given)):
        if taken[key].get("required"):
            yield f"{' '.join(key)}: needed now"


def _parameters(operation: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", [])}


def _of_answers(before: Mapping[str, Any], after: Mapping[str, Any], answered: Compared) -> Iterator[str]:
    for status, promised in before["responses"].items():
        given = after["responses"].get(status)
        if given is None:
            if status.startswith("2"):
                yield f"answer {status}: given no more"
            continue
        for name in sorted(set(promised.get("headers", {})) - set(given.get("headers", {}))):
            yield f"answer {status}, header {name}: there no more"
        contents = promised.get("content", {}), given.get("content", {})
        yield from _of_contents(*contents, answered, f"answer {status}")


def _of_contents(
    taking: Mapping[str, Any], giving: Mapping[str, Any], compared: Compared, place: str
) -> Iterator[str]:
    """Compare contents of each media type of the older document."""
    older, newer = (taking, giving) if compared.is_answer else (giving, taking)
    for media in sorted(set(older) - set(newer)):
        yield f"{place}: {media} no more"
    for media in sorted(set(older) & set(newer)):
        schemas = taking[media].get("schema", {}), giving[media].get("schema", {})
        yield from compared.refused(*schemas, place)


def _read(file: Path) -> Document:
    document: Document = json.loads(file.read_text(encoding="utf-8"))
    return document


def main(arguments: list[str] | None = None) -> int:
    """Tell of changes that would break, or release today's document; 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", action="store_true", help="make today's document the released one")
    wanted = parser.parse_args(arguments)
    found = breaking(_read(RELEASED), _read(CURRENT), datetime.now(UTC).date())
    sys.stderr.writelines(f"{each}\n" for each in found)
    if found:
        return 1
    if wanted.release:
        shutil.copyfile(CURRENT, RELEASED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
