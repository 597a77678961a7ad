"""The description of all of Samspil, for programs and for people."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.gateway.openapi.page import CONTENT_POLICY
from services.gateway.openapi.published import Published, Text
from services.gateway.tokens.policy import everybody
from shared.app.language import preferred_language
from shared.app.routing import strict_router

router = strict_router("description")

_PAGE = {
    "schema": {"type": "string", "maxLength": 33_554_432},
    "example": '<!doctype html><html lang="da"><title>Samspil</title>...</html>',
}
_CACHE = {"Cache-Control": "public, no-cache"}


@router.get(
    "/openapi.json",
    dependencies=[everybody()],
    response_model=dict[str, Any],
    responses={
        200: {
            "content": {"application/json": {"example": {"openapi": "3.1.0", "info": {"title": "Samspil"}}}}
        },
        304: {"description": "Not changed"},
    },
)
async def get_openapi(request: Request) -> Response:
    """Read this description: OpenAPI 3.1."""
    published: Published = request.app.state.published
    return _answer(request, published.text, "application/json")


@router.get(
    "/docs",
    dependencies=[everybody()],
    response_class=Response,
    responses={
        200: {"content": {"text/html": _PAGE}, "description": "The page"},
        304: {"description": "Not changed"},
    },
)
async def get_docs(request: Request) -> Response:
    """Read this description as a page, in Danish or English."""
    published: Published = request.app.state.published
    language = preferred_language(request.headers.get("accept-language"))
    answer = _answer(request, published.pages[language], "text/html")
    answer.headers["Content-Security-Policy"] = CONTENT_POLICY
    answer.headers["Content-Language"] = language
    return answer


def _answer(request: Request, text: Text, media_type: str) -> Response:
    headers = {**_CACHE, "ETag": text.tag}
    if request.headers.get("if-none-match") == text.tag:
        return Response(status_code=304, headers=headers)
    return Response(text.body, headers=headers, media_type=media_type)
