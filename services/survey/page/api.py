"""Routes of the page: one address for all of it, so that no address ever tells anything of anybody."""

from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from services.survey.page import service
from services.survey.page.calls import ResponseCalls
from services.survey.page.description import PAGE, POSTED_FORM, REFUSED_PAGES, SCRIPT, STYLE
from services.survey.page.policy import FormPosted, own_form
from services.survey.page.rendering import render
from services.survey.page.service import Page
from shared.access.policy import public
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.errors import Problem
from shared.representation import represent_bytes

ADDRESS = "/svar"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_OF_STATUS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}
_REFUSALS = {413: "too-long", 408: "busy", 503: "busy"}


class PageRoute(APIRoute):
    """A route for people: its refusals are pages, and what a mail system adds to a link is ignored."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def kind(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return _refusal(request, problem.fault.status)
            except HTTPException as refusal:
                return _refusal(request, refusal.status_code)

        return kind


router = strict_router("page")
router.route_class = PageRoute
# Programs fetch these, so they are refused as everywhere else.
files = strict_router("page")


@router.get(ADDRESS, dependencies=[public()], response_class=HTMLResponse, responses=PAGE)
async def show_page(request: Request) -> Response:
    """Open the page people answer on; their code stands after the `#` of their link."""
    return _answer(Page("start", preferred_language(request.headers.get("accept-language"))))


@router.post(
    ADDRESS,
    dependencies=[own_form()],
    response_class=HTMLResponse,
    responses={**PAGE, **REFUSED_PAGES},
    openapi_extra=POSTED_FORM,
)
async def press_button(request: Request, posted: FormPosted) -> Response:
    """Save what was filled in and get the next page; for people, not for programs."""
    transport = httpx2.ASGITransport(app=request.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://page", trust_env=False) as http:
        request_id: str = request.scope["state"]["request_id"]
        accepted = request.headers.get("accept-language", "")
        return _answer(await service.press(ResponseCalls(http, posted.token, request_id, accepted), posted))


@files.get(f"{ADDRESS}/start.js", dependencies=[public()], response_class=Response, responses=SCRIPT)
async def show_page_script(request: Request) -> Response:
    """Get the page's one script: it takes the code out of the address."""
    return represent_bytes(request, _static("start.js"), "text/javascript; charset=utf-8")


@files.get(f"{ADDRESS}/style.css", dependencies=[public()], response_class=Response, responses=STYLE)
async def show_page_style(request: Request) -> Response:
    """Get the page's style sheet."""
    return represent_bytes(request, _static("style.css"), "text/css; charset=utf-8")


@cache
def _static(name: str) -> bytes:
    return (Path(__file__).parent / "static" / name).read_bytes()


def _refusal(request: Request, status: int) -> Response:
    language = preferred_language(request.headers.get("accept-language"))
    return _answer(Page(_REFUSALS.get(status, "not-understood"), language, status))


def _answer(page: Page) -> Response:
    headers = {
        "Content-Language": page.language,
        "Content-Security-Policy": CONTENT_POLICY,
        "Cache-Control": "no-store",
    }
    headers.update(_OF_STATUS.get(page.status, {}))
    html = render(page.name, page.language, page.told)
    return HTMLResponse(html, page.status, headers=headers)
