"""What the document of the service tells of the page: HTML comes, and one of its own forms goes."""

from typing import Any

from shared.app.problem_schema import problem_response
from shared.app.tag_fields import UNTAGGED

_HTML = {
    "schema": {"type": "string", "maxLength": 33_554_432},
    "example": '<!doctype html><html lang="da"><title>Samspil</title>...</html>',
}


def _file(media_type: str, description: str, example: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string", "maxLength": 1_048_576}, "example": example}}
    return {200: {"description": description, "content": content}}


def _refused(status: str) -> dict[str, Any]:
    """Describe a refusal: as a page from the page itself, as a problem from what stands before it."""
    described = problem_response(status)
    return {**described, "content": {**described["content"], "text/html": _HTML}}


PAGE: dict[int | str, dict[str, Any]] = {
    200: {**UNTAGGED, "description": "The page", "content": {"text/html": _HTML}},
}
REFUSED_PAGES: dict[int | str, dict[str, Any]] = {
    int(status): _refused(status)
    for status in ("400", "401", "408", "409", "413", "415", "422", "500", "503")
}
SCRIPT = _file("text/javascript", "The script", "// Takes the code out of the address.")
STYLE = _file("text/css", "The style sheet", "body { margin: 0 }")

_TEXT = {"type": "string", "maxLength": 400}
POSTED_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["token"],
                    "properties": {
                        "token": {
                            **_TEXT,
                            "format": "password",
                            "description": "The respondent's code, or the whole link it came in.",
                        },
                        "language": {"type": "string", "enum": ["", "da", "en"]},
                        "at": {**_TEXT, "description": "The step the form is of."},
                        "to": {**_TEXT, "description": "The step the button leads to."},
                    },
                    "additionalProperties": {"type": "string", "maxLength": 40_000},
                },
                "example": {"token": "rt_AZoAAAAAcACAAAAAAAAAAQ", "language": "da"},
            }
        },
    }
}
"""The page's form: it is read without FastAPI, which would answer as JSON APIs do."""
