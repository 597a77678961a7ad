"""The token endpoint and the keys its tokens are signed with."""

from typing import Literal

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from services.gateway.limits.quotas import Quotas
from services.gateway.settings import GatewaySettings
from services.gateway.tokens import service
from services.gateway.tokens.credentials import read_grant_request
from services.gateway.tokens.errors import GrantRefused
from services.gateway.tokens.keys import public_jwks
from services.gateway.tokens.schemas import GRANT_FORM, GrantErrorView, PublicKeysView, TokenView
from shared.access.policy import public
from shared.access.tokens import TokenSigner
from shared.app.routing import strict_router

router = strict_router("tokens")

_LIFETIME_SECONDS = 3600
_KIND: Literal["Bearer"] = "Bearer"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="samspil"'}


@router.post(
    "/oauth2/token",
    dependencies=[public()],
    response_model=TokenView,
    responses={
        400: {"model": GrantErrorView, "description": "Malformed request"},
        401: {"model": GrantErrorView, "description": "Client or secret not known"},
        429: {},
    },
    openapi_extra=GRANT_FORM,
)
async def issue_token(request: Request) -> Response:
    """Get an access token with a client's id and secret (OAuth 2.0 client credentials)."""
    settings: GatewaySettings = request.app.state.settings
    quotas: Quotas = request.app.state.quotas
    try:
        wanted = read_grant_request(request.headers, await request.body())
        await quotas.count_login(request.scope["state"], str(wanted.client))
        principal = await service.grant(request.app.state.database, wanted, settings.public_url)
    except GrantRefused as refusal:
        service.note_refusal(refusal)
        return _refusal(refusal)
    signer: TokenSigner = request.app.state.token_signer
    token = signer.sign(principal, settings.public_url, _LIFETIME_SECONDS)
    scope = " ".join(sorted(principal.scopes))
    return _answer(
        TokenView(access_token=token, token_type=_KIND, expires_in=_LIFETIME_SECONDS, scope=scope)
    )


@router.get("/.well-known/jwks.json", dependencies=[public()], response_model=PublicKeysView)
async def list_signing_keys(request: Request) -> Response:
    """Read the public keys by which anybody can check the gateway's tokens."""
    settings: GatewaySettings = request.app.state.settings
    keys = PublicKeysView(**public_jwks(settings.signing_key.get_secret_value()))
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(keys.model_dump_json(), headers=headers, media_type="application/json")


def _refusal(refusal: GrantRefused) -> Response:
    error = refusal.error
    view = GrantErrorView(error=error.code, error_description=error.description)
    answer = _answer(view, error.status)
    if error.status == 401:
        answer.headers.update(_CHALLENGE)
    return answer


def _answer(view: BaseModel, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return Response(view.model_dump_json(), status, headers=headers, media_type="application/json")
