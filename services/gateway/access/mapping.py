"""What an issuer's claims mean here, as tables on the wire; refuses roles no outsider may have."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared.access.principal import Role
from shared.wire import WireModel

OutsideRole = Literal[
    Role.CASE_SYSTEM,
    Role.CASE_WORKER,
    Role.PROFESSIONAL,
    Role.LEADER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.DATA_STEWARD,
]
ClaimPointer = Annotated[
    str,
    StringConstraints(min_length=2, max_length=200, pattern=r"^(/([^/~]|~[01])+)+$"),
    Field(
        description="Where the claim is in the token, as a JSON pointer.", examples=["/realm_access/roles"]
    ),
]
_CPR_LIKE = re.compile(r"\d{6}[- ]?\d{4}")


def _no_cpr(value: str) -> str:
    if _CPR_LIKE.fullmatch(value):
        raise ValueError("must not be a CPR number")
    return value


ClaimValue = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_cpr)]


def sorted_values(values: Sequence[Any]) -> list[Any]:
    """Write a set as a list, always in the same order."""
    return sorted(set(values))


Roles = Annotated[list[OutsideRole], AfterValidator(sorted_values), Field(min_length=1, max_length=7)]


class RolesClaim(WireModel):
    """Which roles a claim gives; values that are not in the table give none."""

    claim: ClaimPointer
    values: dict[ClaimValue, Roles] = Field(
        min_length=1, max_length=500, examples=[{"Samspil-Ledere": ["leader"]}]
    )


class PersonClaim(WireModel):
    """Which person of the register a claim names; a value that is not in the table names nobody."""

    claim: ClaimPointer
    values: dict[ClaimValue, UUID] | None = Field(
        default=None,
        max_length=5000,
        examples=[{"anne@kommune.example": "0199c0de-0000-7000-8000-0000000000aa"}],
        description="Without a table the claim is the person's UUID itself.",
    )


class UnitsClaim(WireModel):
    """Which units a claim names; values that are not in the table name none."""

    claim: ClaimPointer
    values: dict[ClaimValue, Annotated[list[UUID], Field(min_length=1, max_length=50)]] | None = Field(
        default=None,
        max_length=2000,
        examples=[{"4711": ["0199c0de-0000-7000-8000-0000000000bb"]}],
        description="Without a table the claim holds the units' UUIDs themselves.",
    )


class TenantClaim(WireModel):
    """By what a token is this tenant's, where several tenants share one issuer."""

    claim: ClaimPointer
    value: ClaimValue = Field(examples=["29189587"])


class ClaimsMapping(WireModel):
    """What an issuer's claims mean here. Nothing else of its tokens counts: no scopes, no `act`."""

    roles: RolesClaim
    person: PersonClaim | None = None
    units: UnitsClaim | None = None
    tenant: TenantClaim | None = Field(
        default=None, description="Needed where another tenant has registered the same `iss`."
    )
