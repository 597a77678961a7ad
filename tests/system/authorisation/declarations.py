"""What the document declares of each operation's answers, held against an answer that was given."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from tests.system.authorisation.requests import Request, document

_HEADERS = "#/components/headers/"
NOT_CHANGED = 304
_TOO_LONG = 99_999_999_999


@dataclass(frozen=True, slots=True)
class Declared:
    """The answers of one operation, as the document has them."""

    responses: Mapping[str, Mapping[str, Any]]
    headers: Mapping[str, Mapping[str, Any]]

    def untruths(self, status: int, given: Mapping[str, str]) -> Iterator[str]:
        """Yield how an answer differs from what is declared of it."""
        answer = self.responses.get(str(status))
        if answer is None:
            yield f"{status} is not declared"
            return
        fields = {name: each["$ref"].removeprefix(_HEADERS) for name, each in self._referring(answer)}
        for name, field in fields.items():
            if self.headers[field].get("required") and name not in given:
                yield f"{status} comes without {name}"
        if "ETag" in given and "ETag" not in fields:
            yield f"{status} comes with an ETag that is not declared"
        if status in {429, 502, 503, 504} and not (
            "Retry-After" in given and "Retry-After" in answer["headers"]
        ):
            yield f"{status} does not say when to try again"

    def _referring(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return ((name, each) for name, each in answer["headers"].items() if "$ref" in each)

    def names(self, status: int) -> bool:
        """Tell whether a status is declared."""
        return str(status) in self.responses

    def without(self, status: int) -> "Declared":
        """Return it as if a status were not declared."""
        kept = {name: each for name, each in self.responses.items() if name != str(status)}
        return replace(self, responses=kept)

    def untagged(self) -> "Declared":
        """Return it as if no entity tag were declared."""
        return replace(
            self,
            responses={
                status: {
                    **each,
                    "headers": {name: field for name, field in each["headers"].items() if name != "ETag"},
                }
                for status, each in self.responses.items()
            },
        )


def declared() -> dict[str, Declared]:
    """Return what is declared, by the operation's name."""
    merged = document()
    return {
        operation["operationId"]: Declared(operation["responses"], merged["components"]["headers"])
        for item in merged["paths"].values()
        for operation in item.values()
    }


async def status_of_announced_body(url: str, request: Request, path: str, token: str) -> int:
    """Announce a body that is far too long, send nothing of it, and return the status that comes."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"{request.method} {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {_TOO_LONG}\r\n\r\n"
    )
    try:
        writer.write(head.encode("ascii"))
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()
