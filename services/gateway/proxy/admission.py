"""Decides by which token a request may go on: an internal one, a respondent's own, or none."""

from fastapi import Request

from services.gateway.limits.quotas import Quotas
from services.gateway.proxy.routes import Operation
from services.gateway.tokens.exchange import TokenExchange
from services.gateway.tokens.policy import admit_caller, admit_unknown
from shared.access.policy import bearer_token, unauthenticated
from shared.errors import Problem

RESPONDENT_PREFIX = "rt_"


async def admit(request: Request, operation: Operation) -> str | None:
    """Return the `Authorization` that the service gets, once the request is counted for its sender.

    Raises
    ------
    Problem
        401: the token is missing, not honoured, or not for this path. 429: it came too often.
    """
    quotas: Quotas = request.app.state.quotas
    if operation.respondents:
        token = await _respondents_token(request)
        await quotas.count_respondent(request.scope, token)
        return f"Bearer {token}"
    if operation.public:
        await quotas.count_answering(request.scope)
        return None
    # A respondent's token is no JSON Web Token, so it is refused here like any other text.
    caller = await admit_caller(request)
    exchange: TokenExchange = request.app.state.token_exchange
    return f"Bearer {exchange.internal_token(caller, operation.service)}"


async def _respondents_token(request: Request) -> str:
    """Return a respondent's token, which is passed on as it is: the service that made it verifies it."""
    try:
        token = bearer_token(request)
        if not token.startswith(RESPONDENT_PREFIX):
            raise unauthenticated()
    except Problem:
        await admit_unknown(request)
        raise
    return token
