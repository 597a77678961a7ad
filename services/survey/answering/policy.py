"""Lets in whoever holds a respondent's token, and nobody else."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParameter

from services.survey.answering.tokens import RespondentToken, RespondentTokens, TokenForged
from shared.access.policy import Policy, bearer_token, unauthenticated
from shared.access.principal import Principal
from shared.observability import note_caller


class RespondentAllowed(Policy):
    """Callers with a genuine respondent's token; its generation is checked with the invitation."""

    def __init__(self) -> None:
        self.security = {"respondent": []}

    async def __call__(self, request: Request) -> None:
        """Verify the token; keep whom it stands for."""
        tokens: RespondentTokens = request.app.state.respondent_tokens
        try:
            token = tokens.read(bearer_token(request))
        except TokenForged as forged:
            raise unauthenticated() from forged
        request.state.respondent = token
        request.state.principal = principal_of(token)
        note_caller(request.state.principal)


def principal_of(token: RespondentToken) -> Principal:
    """Return the caller a token stands for."""
    return Principal(
        subject=f"invitation/{token.invitation}",
        issuer="respondent",
        roles=frozenset(),
        tenant=token.tenant,
    )


def respondent() -> DependsParameter:
    """Declare that a route is for respondents."""
    return DependsParameter(dependency=RespondentAllowed(), scope="function")


async def _token(request: Request) -> RespondentToken:
    token: RespondentToken = request.state.respondent
    return token


Respondent = Annotated[RespondentToken, Depends(_token)]
"""The invitation a respondent's token stands for."""
