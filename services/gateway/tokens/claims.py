"""Reads a caller from an issuer's own claims, by the tables an operator registered; refuses guesses."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.access.principal import Principal, Role
from shared.access.tokens import TokenRefused

Claims = Mapping[str, Any]


def values_at(claims: Claims, pointer: str) -> list[str]:
    """Return the texts at a JSON pointer: one, several, or none.

    Raises
    ------
    TokenRefused
        Something else is there.

    Examples
    --------
    >>> values_at({"realm": {"roles": ["a", "b"]}}, "/realm/roles"), values_at({"a~/b": 7}, "/a~0~1b")
    (['a', 'b'], ['7'])
    """
    found: Any = claims
    for name in pointer.split("/")[1:]:
        if not isinstance(found, dict):
            return []
        found = found.get(name.replace("~1", "/").replace("~0", "~"))
    if found is None:
        return []
    return [_text(each) for each in (found if isinstance(found, list) else [found])]


def is_of_tenant(mapping: Mapping[str, Any], claims: Claims) -> bool:
    """Tell whether claims say what a mapping asks of this tenant's tokens."""
    condition = mapping["tenant"]
    return condition is None or values_at(claims, condition["claim"]) == [condition["value"]]


def mapped_principal(mapping: Mapping[str, Any], claims: Claims, issuer: str, tenant: UUID) -> Principal:
    """Return who claims say is calling.

    Raises
    ------
    TokenRefused
        A claim can't be read as what the mapping says it is.
    """
    if not is_of_tenant(mapping, claims):
        raise TokenRefused
    table = mapping["roles"]["values"]
    named = [
        role for value in values_at(claims, mapping["roles"]["claim"]) for role in table.get(value, ())
    ]
    return Principal(
        subject=str(claims["sub"]),
        issuer=issuer,
        roles=frozenset(map(Role, named)),
        tenant=tenant,
        person=_person(mapping["person"], claims),
        units=_units(mapping["units"], claims),
    )


def _person(rule: Mapping[str, Any] | None, claims: Claims) -> UUID | None:
    values = [] if rule is None else values_at(claims, rule["claim"])
    if len(values) > 1:
        raise TokenRefused
    if rule is None or not values:
        return None
    if rule["values"] is None:
        return _uuid(values[0])
    known = rule["values"].get(values[0])
    return None if known is None else UUID(known)


def _units(rule: Mapping[str, Any] | None, claims: Claims) -> frozenset[UUID]:
    if rule is None:
        return frozenset()
    values = values_at(claims, rule["claim"])
    if rule["values"] is None:
        return frozenset(map(_uuid, values))
    return frozenset(UUID(unit) for value in values for unit in rule["values"].get(value, ()))


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TokenRefused
    return str(value)


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise TokenRefused from error
