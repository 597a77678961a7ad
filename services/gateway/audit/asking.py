"""Asks the services behind in a caller's name; whoever does not answer makes the whole answer fail."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import aiohttp
import structlog
from pydantic import BaseModel

from services.gateway.tokens.authentication import Authenticated
from services.gateway.tokens.exchange import TokenExchange
from shared.errors import unavailable
from shared.observability import describe, request_id

_log = structlog.get_logger()

_SECONDS = 10.0
Answer = TypeVar("Answer", bound=BaseModel)


class ServicesBehind:
    """The services behind, and how they are asked."""

    def __init__(
        self, session: aiohttp.ClientSession, upstreams: Mapping[str, str], exchange: TokenExchange
    ) -> None:
        self._session = session
        self._upstreams = upstreams
        self._exchange = exchange
        self.names = tuple(sorted(upstreams))

    async def ask(self, service: str, caller: Authenticated, target: str, model: type[Answer]) -> Answer:
        """Return what a service answers.

        Raises
        ------
        Problem
            503: it did not, or not what was asked for.
        """
        headers = {
            "Authorization": f"Bearer {self._exchange.internal_token(caller, service)}",
            "X-Request-Id": request_id() or "gateway-itself",
        }
        try:
            url = f"{self._upstreams[service]}{target}"
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                response.raise_for_status()
                return model.model_validate_json(await response.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _log.warning("service_not_asked", upstream=service, **describe(error))
            raise unavailable() from error

    async def ask_all(
        self, caller: Authenticated, targets: Mapping[str, str], model: type[Answer]
    ) -> dict[str, Answer]:
        """Return what several services answer, asked at once."""
        answers = await asyncio.gather(
            *(self.ask(service, caller, target, model) for service, target in targets.items())
        )
        return dict(zip(targets, answers, strict=True))


@asynccontextmanager
async def open_services_behind(
    upstreams: Mapping[str, str], exchange: TokenExchange
) -> AsyncIterator[ServicesBehind]:
    """Open connections of their own: nobody's search may hold up what is passed on."""
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
    async with session:
        yield ServicesBehind(session, upstreams, exchange)
