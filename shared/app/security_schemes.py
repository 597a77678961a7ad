"""How callers prove who they are, as OpenAPI says it; policies name these."""

from typing import Any

_BEARER = {"type": "http", "scheme": "bearer"}
SECURITY_SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {
        **_BEARER,
        "bearerFormat": "JWT",
        "description": (
            "A token of the tenant's own OpenID provider, or of `/oauth2/token`. Checked as RFC8725 asks: "
            "only agreed algorithms, issuers, audiences and lifetimes."
        ),
    },
    "operator": {
        **_BEARER,
        "bearerFormat": "JWT",
        "description": (
            "A token signed by those who run the installation. Checked as RFC8725 asks: only agreed "
            "algorithms, issuers, audiences and lifetimes."
        ),
    },
    "respondent": {
        **_BEARER,
        "bearerFormat": "rt_...",
        "description": "The token in the link that a respondent got; good for the own answers only.",
    },
}
