"""The description of all of Samspil, for programs and for people."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.gateway.openapi.page import CONTENT_POLICY
from services.gateway.openapi.published import Published, Text
from services.gateway.tokens.policy import everybody
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.representation import is_known, known_tags, represent_bytes_tagged

router = strict_router("description")

_PAGE = {
    "schema": {"type": "string", "maxLength": 33_554_432},
    "example": '<!doctype html><html lang="da"><title>Samspil</title>...</html>',
}
_DOCUMENT = {"application/json": {"example": {"openapi": "3.1.0", "info": {"title": "Samspil"}}}}
_CACHE = {"Cache-Control": "public, no-cache"}
_EVERY_ORIGIN = {
    "description": "Pages of every origin may read it: it tells nothing of anybody.",
    "required": True,
    "schema": {"type": "string", "const": "*"},
}


@router.get(
    "/v1/openapi.json",
    dependencies=[everybody()],
    response_model=dict[str, Any],
    responses={200: {"content": _DOCUMENT, "headers": {"Access-Control-Allow-Origin": _EVERY_ORIGIN}}},
)
async def get_description(request: Request) -> Response:
    """Read this description: OpenAPI 3.1."""
    published: Published = request.app.state.published
    return _answer(request, published.text, "application/json", {"Access-Control-Allow-Origin": "*"})


@router.get(
    "/openapi.json",
    dependencies=[everybody()],
    response_model=dict[str, Any],
    responses={200: {"content": _DOCUMENT}},
    deprecated=True,
    openapi_extra={"x-sunset": "2027-06-30"},
)
async def get_openapi(request: Request) -> Response:
    """Read this description where it used to be; `/v1/openapi.json` takes its place."""
    return await get_description(request)


@router.get(
    "/docs",
    dependencies=[everybody()],
    response_class=Response,
    responses={200: {"content": {"text/html": _PAGE}, "description": "The page"}},
)
async def get_docs(request: Request) -> Response:
    """Read this description as a page, in Danish or English."""
    published: Published = request.app.state.published
    language = preferred_language(request.headers.get("accept-language"))
    headers = {"Content-Security-Policy": CONTENT_POLICY, "Content-Language": language}
    return _answer(request, published.pages[language], "text/html", headers)


def _answer(request: Request, text: Text, media_type: str, headers: Mapping[str, str]) -> Response:
    body = None if is_known(text.tag, known_tags(request)) else text.body
    return represent_bytes_tagged(body, media_type, text.tag, {**_CACHE, **headers})
