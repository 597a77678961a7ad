"""Which service owns a path: compiled once from the published document, found segment by segment.

Refuses paths that are not published, and every spelling by which a path could turn into another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from shared.app.problems import methods_allowed

OWN_SERVICE = "gateway"
SERVICE_KEY = "x-samspil-service"
RESPONDENT_ROOT = "/v1/response"

_METHODS = ("get", "put", "post", "patch", "delete")
_NEVER = ("internal", "health", "metrics")
_TURNING = frozenset(b"/\\\0")


class RoutesRefused(ValueError):
    """The document holds something that can't be routed; the gateway must not start."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path: who answers, and who may ask."""

    service: str
    public: bool
    respondents: bool


@dataclass(frozen=True, slots=True)
class ForwardedPath:
    """A path template with its operations; `path` is what metrics and logs call it."""

    path: str
    operations: Mapping[str, Operation]
    allow: str

    @property
    def is_for_people(self) -> bool:
        """Whether people answer here: by the page, or with a respondent's token."""
        return all(each.public or each.respondents for each in self.operations.values())


@dataclass(slots=True)
class _Node:
    literals: dict[bytes, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    here: ForwardedPath | None = None


class RouteTable:
    """Finds the owner of a path; a literal segment goes before a parameter."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._root = _Node()
        self.services: set[str] = set()
        for template, item in document.get("paths", {}).items():
            self._add(template, item)

    def find(self, raw_path: bytes) -> ForwardedPath | None:
        """Return the path that a request's path (as it was sent, still encoded) belongs to."""
        return _find(self._root, raw_path.split(b"/")[1:], 0)

    def _add(self, template: str, item: Mapping[str, Any]) -> None:
        operations = {
            method.upper(): _operation(template, item[method]) for method in _METHODS if method in item
        }
        forwarded = {
            method: operation
            for method, operation in operations.items()
            if operation.service != OWN_SERVICE
        }
        if not forwarded:
            return
        if len(forwarded) != len(operations) or template.split("/")[1] in _NEVER:
            raise RoutesRefused(f"{template} must not be routed")
        self.services |= {operation.service for operation in forwarded.values()}
        self._node(template).here = ForwardedPath(template, forwarded, _allow(forwarded))

    def _node(self, template: str) -> _Node:
        node = self._root
        for segment in template.split("/")[1:]:
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment.encode("ascii"), _Node())
        if node.here is not None:
            raise RoutesRefused(f"{template} and {node.here.path} are the same path")
        return node


def _operation(template: str, operation: Mapping[str, Any]) -> Operation:
    return Operation(
        service=operation[SERVICE_KEY],
        public=operation.get("security") == [],
        respondents=is_for_respondents(template),
    )


def is_for_respondents(template: str) -> bool:
    """Tell whether a path takes a respondent's token and no other."""
    return template == RESPONDENT_ROOT or template.startswith(RESPONDENT_ROOT + "/")


def _allow(operations: Mapping[str, Operation]) -> str:
    return ", ".join(methods_allowed(operations))


def _find(node: _Node, segments: list[bytes], position: int) -> ForwardedPath | None:
    if position == len(segments):
        return node.here
    segment = segments[position]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _find(literal, segments, position + 1)
        if found is not None:
            return found
    if node.parameter is not None and _is_value(segment):
        return _find(node.parameter, segments, position + 1)
    return None


def _is_value(segment: bytes) -> bool:
    """Tell whether a segment stays one segment when it is decoded, and stays where it is."""
    decoded = unquote_to_bytes(segment) if b"%" in segment else segment
    return decoded not in {b"", b".", b".."} and _TURNING.isdisjoint(decoded) and segment.isascii()
