"""The public name of a client, `<tenantId>.<clientId>`; refuses every other spelling."""

from uuid import UUID


def client_name(tenant: UUID, client: UUID) -> str:
    """Write a client's public name."""
    return f"{tenant}.{client}"


def parse_client_name(name: str) -> tuple[UUID, UUID]:
    """Read tenant and client from a public name.

    Raises
    ------
    ValueError
        It is not written exactly as `client_name` would.

    Examples
    --------
    >>> parse_client_name("urn:uuid:1.2")
    Traceback (most recent call last):
    ...
    ValueError: not a client's name
    """
    first, _, second = name.partition(".")
    try:
        tenant, client = UUID(first), UUID(second)
    except ValueError:
        raise ValueError("not a client's name") from None
    if client_name(tenant, client) != name:
        raise ValueError("not a client's name")
    return tenant, client
