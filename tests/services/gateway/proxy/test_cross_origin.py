"""Pages of listed origins may call, pages of others may not, and by default there are none."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.gateway.main import build
from tests.services.gateway.conftest import Front
from tests.support.serving import serving

PAGE = "https://fagsystem.kommune.example"
OTHER = "https://evil.example"
_MARK = "access-control-allow-origin"


@pytest.fixture(scope="module")
async def open_to_page(front: Front) -> AsyncIterator[str]:
    """Run a gateway that lists one origin."""
    settings = front.settings.model_copy(update={"cross_origins": [PAGE]})
    async with serving(build(settings)) as url:
        yield url


def preflight(origin: str) -> dict[str, str]:
    """Return what a browser sends before a call."""
    return {"Origin": origin, "Access-Control-Request-Method": "PUT"}


class TestCrossOrigin:
    async def test_a_listed_page_may_call(self, front: Front, open_to_page: str) -> None:
        asked = await front.http.options(f"{open_to_page}/v1/cases/7", headers=preflight(PAGE))
        assert (asked.status_code, asked.headers[_MARK]) == (204, PAGE)
        assert "PUT" in asked.headers["access-control-allow-methods"]
        assert "Authorization" in asked.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in asked.headers
        caller = {**front.caller(uuid4(), "analyst"), "Origin": PAGE}
        answer = await front.http.get(f"{open_to_page}/v1/cases", headers=caller)
        assert (answer.status_code, answer.headers[_MARK]) == (200, PAGE)
        assert "RateLimit" in answer.headers["access-control-expose-headers"]
        assert "Origin" in answer.headers["vary"]
        refused = await front.http.get(f"{open_to_page}/v1/cases", headers={"Origin": PAGE})
        assert (refused.status_code, refused.headers[_MARK]) == (401, PAGE)

    @pytest.mark.parametrize("origin", [PAGE, OTHER])
    async def test_what_is_for_everybody_says_so_once(
        self, front: Front, open_to_page: str, origin: str
    ) -> None:
        answer = await front.http.get(f"{open_to_page}/v1/openapi.json", headers={"Origin": origin})
        assert answer.headers.get_list(_MARK) == ["*"]

    @pytest.mark.parametrize("origin", [OTHER, f"{PAGE}.evil.example", "null", PAGE.upper()])
    async def test_another_page_may_not(self, front: Front, open_to_page: str, origin: str) -> None:
        asked = await front.http.options(f"{open_to_page}/v1/cases/7", headers=preflight(origin))
        assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST, PUT")
        assert not any(name.startswith("access-control") for name in asked.headers)
        caller = {**front.caller(uuid4(), "analyst"), "Origin": origin}
        answer = await front.http.get(f"{open_to_page}/v1/cases", headers=caller)
        assert _MARK not in answer.headers
        assert "Origin" in answer.headers["vary"]

    async def test_control_by_default_no_page_may(self, front: Front) -> None:
        asked = await front.http.options("/v1/cases/7", headers=preflight(PAGE))
        assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST, PUT")
        assert not any(name.startswith("access-control") for name in asked.headers)

    @pytest.mark.parametrize(
        "origin", ["*", "null", "kommune.example", f"{PAGE}/", f"{PAGE}/path", "http://*.dk"]
    )
    def test_only_whole_origins_are_taken(self, front: Front, origin: str) -> None:
        with pytest.raises(ValidationError):
            type(front.settings).model_validate({**front.settings.model_dump(), "cross_origins": [origin]})
