"""What tests say of refusals: their status and code, what is wrong where, and that two look alike."""

from typing import Any

import httpx2


def refused(answer: httpx2.Response, status: int, code: str) -> list[tuple[str, str]]:
    """Require a refusal; return the places named in it, each with the reason's code."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == code, body
    return [(each["pointer"], each["code"]) for each in body.get("errors", [])]


def without_trace(answer: httpx2.Response) -> tuple[int, dict[str, Any], str | None]:
    """Return all of a refusal but its trace id: what a caller could tell two apart by."""
    body = answer.json()
    assert body.pop("traceId")
    return answer.status_code, body, answer.headers.get("www-authenticate")
