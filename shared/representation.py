"""Entity tags and conditional requests: what a caller builds upon, and what it need not fetch again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from shared.errors import MALFORMED, PRECONDITION_REQUIRED, STALE, Problem
from shared.paging import Page, next_link

LONGEST_KNOWN_TAGS = 8_192
"""How long what is said of tags one has may be: a hundred of them and more."""
_PRIVATE = "private, no-cache"
_STRONG_TAG = re.compile(r'"(\d{1,19})"')


def entity_tag(version: int) -> str:
    """Write a row's version as a strong ETag."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class Precondition:
    """What must hold before a write: the thing is absent, has one of the versions, or just exists."""

    absent: bool
    overwrite: bool
    versions: frozenset[int]

    def check_creation(self) -> None:
        """Refuse to create unless the caller expects the thing to be absent."""
        if not self.absent:
            raise Problem(STALE)

    def check_change(self, version: int) -> None:
        """Refuse to change a state the caller has not seen."""
        if self.absent or not (self.overwrite or version in self.versions):
            raise Problem(STALE)


CREATION = Precondition(absent=True, overwrite=False, versions=frozenset())
"""What a `POST` expects: that the thing it makes is not there."""


async def _precondition(
    if_match: Annotated[
        str | None,
        Header(max_length=400, description="The ETag you build upon, or `*` to overwrite knowingly."),
    ] = None,
    if_none_match: Annotated[
        str | None, Header(max_length=400, description="`*`: create, do not change.")
    ] = None,
) -> Precondition:
    absent = (if_none_match or "").strip() == "*"
    overwrite = (if_match or "").strip() == "*"
    versions = frozenset(
        int(tag.group(1))
        for part in (if_match or "").split(",")
        if (tag := _STRONG_TAG.fullmatch(part.strip()))
    )
    if not absent and if_match is None:
        raise Problem(PRECONDITION_REQUIRED)
    return Precondition(absent, overwrite, versions)


Conditional = Annotated[Precondition, Depends(_precondition)]
"""The precondition a `PUT` must name, else 428."""


def represent(
    request: Request,
    view: BaseModel,
    *,
    version: int | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a view and its ETag: strong by version, weak by content; 304 if it is known."""
    body = view.model_dump_json(by_alias=True).encode()
    tag = entity_tag(version) if version is not None else _weak_tag(body)
    sent = {"ETag": tag, **(headers or {})}
    if isinstance(view, Page) and view.next_cursor and request.method != "POST":
        # A search's next page is asked for in a body: its terms belong in no address.
        sent["Link"] = next_link(request, view.next_cursor)
    if request.method == "GET":
        return _unless_known(request, Response(body, status, headers=sent, media_type="application/json"))
    return Response(body, status, headers=sent, media_type="application/json")


def represent_bytes(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer a `GET` with what is no JSON, such as a picture, and a weak ETag of it; 304 if it is known."""
    sent = {"ETag": _weak_tag(body), **(headers or {})}
    return _unless_known(request, Response(body, headers=sent, media_type=media_type))


def represent_tagged(
    view: BaseModel | None, tag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer a `GET` with a view whose tag was known before its content; None is 304."""
    body = view.model_dump_json(by_alias=True).encode() if view is not None else None
    return represent_bytes_tagged(body, "application/json", tag, headers)


def represent_bytes_tagged(
    body: bytes | None, media_type: str, tag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer a `GET` with bytes whose tag was known before they were written; None is 304."""
    sent = {"ETag": tag, "Cache-Control": _PRIVATE, **(headers or {})}
    if body is None:
        return Response(status_code=304, headers=sent)
    return Response(body, headers=sent, media_type=media_type)


def known_tags(request: Request) -> frozenset[str]:
    """Return the entity tags of answers the caller has, without telling strong from weak; `*` is any.

    Raises
    ------
    Problem
        400: there are more than anybody needs.
    """
    sent = request.headers.get("if-none-match", "")
    if len(sent) > LONGEST_KNOWN_TAGS:
        raise Problem(MALFORMED)
    return frozenset(part.strip().removeprefix("W/") for part in sent.split(","))


def is_known(tag: str, known: frozenset[str]) -> bool:
    """Tell whether the caller has the answer with a tag."""
    return not known.isdisjoint({tag.removeprefix("W/"), "*"})


def _unless_known(request: Request, answer: Response) -> Response:
    """Keep an answer private unless it says otherwise, and leave its body out if the caller has it."""
    answer.headers.setdefault("Cache-Control", _PRIVATE)
    if not is_known(answer.headers["ETag"], known_tags(request)):
        return answer
    body_alone = {"content-length", "content-type"}
    kept = {name: value for name, value in answer.headers.items() if name not in body_alone}
    return Response(status_code=304, headers=kept)


def _weak_tag(body: bytes) -> str:
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
