"""The token endpoint and the keys its tokens are signed with."""

from typing import Literal

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from services.gateway.limits.quotas import Quotas
from services.gateway.settings import GatewaySettings, published_keys
from services.gateway.tokens import service
from services.gateway.tokens.credentials import GrantRequest, read_grant_request
from services.gateway.tokens.errors import GrantRefused
from services.gateway.tokens.policy import everybody
from services.gateway.tokens.schemas import GRANT_FORM, GrantErrorView, PublicKeysView, TokenView
from services.gateway.tokens.words import ACCESS
from shared.access.policy import public
from shared.access.tokens import TokenSigner
from shared.app.routing import strict_router
from shared.app.tag_fields import UNTAGGED
from shared.representation import represent_bytes

router = strict_router("tokens")

_KIND: Literal["Bearer"] = "Bearer"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="samspil"'}


@router.post(
    "/oauth2/token",
    dependencies=[public()],
    response_model=TokenView,
    responses={
        200: UNTAGGED,
        400: {"model": GrantErrorView, "description": "Malformed request"},
        401: {"model": GrantErrorView, "description": "Client or proof not known"},
    },
    openapi_extra=GRANT_FORM,
)
async def issue_token(request: Request) -> Response:
    """Get an access token: as a client, by secret or signed assertion, or for a person by whose token."""
    settings: GatewaySettings = request.app.state.settings
    try:
        wanted = await _counted(request)
        granting: service.Granting = request.app.state.granting
        granted = await granting.grant(wanted)
    except GrantRefused as refusal:
        service.note_refusal(refusal)
        return _refusal(refusal)
    signer: TokenSigner = request.app.state.token_signer
    return _answer(
        TokenView(
            access_token=signer.sign(granted.principal, settings.public_url, granted.seconds),
            token_type=_KIND,
            expires_in=granted.seconds,
            scope=" ".join(sorted(granted.principal.scopes)),
            issued_token_type=ACCESS if wanted.subject_token is not None else None,
        )
    )


async def _counted(request: Request) -> GrantRequest:
    """Read what is asked for, and count it in the client's name, if it says one, and by its address."""
    quotas: Quotas = request.app.state.quotas
    try:
        wanted = read_grant_request(request.headers, await request.body())
    except GrantRefused:
        await quotas.count_unknown(request.scope)
        raise
    await quotas.count_login(request.scope, str(wanted.client))
    return wanted


@router.get("/.well-known/jwks.json", dependencies=[everybody()], response_model=PublicKeysView)
async def list_signing_keys(request: Request) -> Response:
    """Read the public keys by which anybody can check the gateway's tokens."""
    settings: GatewaySettings = request.app.state.settings
    keys = PublicKeysView(**published_keys(settings))
    headers = {"Cache-Control": "public, max-age=300"}
    return represent_bytes(request, keys.model_dump_json().encode(), "application/json", headers)


def _refusal(refusal: GrantRefused) -> Response:
    error = refusal.error
    view = GrantErrorView(error=error.code, error_description=error.description)
    answer = _answer(view, error.status)
    if error.status == 401:
        answer.headers.update(_CHALLENGE)
    return answer


def _answer(view: BaseModel, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    content = view.model_dump_json(exclude_none=True)
    return Response(content, status, headers=headers, media_type="application/json")
