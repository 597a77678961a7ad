"""What may be refused of a request that is valid by the document, and why."""

from typing import Any

from schemathesis.openapi.checks import RejectedPositiveData

WHYS = {
    "broken-rule": "how a request stands to what there is, is no schema's matter",
    "precondition-required": "which of two preconditions a write needs depends on what there is",
    "precondition-failed": "so does whether it holds",
    "invalid-cursor": "cursors are given, and nobody's to make up",
    "unknown-position": "so are positions in feeds",
    "idempotency-key-reused": "a key is drawn again now and then, with another request",
}
"""Refusals by their code."""

RULE = "value-error"
"""What a malformed request's place is told with where a rule of ours is broken, such as one between
two fields or a check digit, and not a bound, pattern or type, which the document must name."""


def is_rightly_refused(failure: Exception, answer: Any) -> bool:
    """Tell whether valid data were refused for a reason that a schema can't tell."""
    if not isinstance(failure, RejectedPositiveData):
        return False
    kind = answer.headers.get("content-type", [""])[0]
    if kind.startswith("text/html"):
        # The page's own forms: which steps there are, only the page knows that was shown before.
        return True
    if kind != "application/problem+json":
        return False
    problem = answer.json()
    places = [each["code"] for each in problem.get("errors", ())]
    return problem["code"] in WHYS or (bool(places) and set(places) == {RULE})
