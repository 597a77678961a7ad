"""What setting up access can refuse beyond the house's own faults."""

from shared.errors import Fault, Problem, broken_rule

TENANT_CLOSED = Fault(
    "tenant-closed",
    409,
    "Kommunen er lukket ned og kan ikke åbnes igen.",
    "The tenant was closed down and can't be opened again.",
)
RESERVED_TENANT = Fault(
    "reserved-tenant",
    422,
    "Dette id er installationens eget og kan ikke være en kommunes.",
    "This id is the installation's own and can't be a tenant's.",
)
CLIENT_CLOSED = Fault(
    "client-closed",
    409,
    "Klienten er lukket; dens id kan ikke bruges igen.",
    "The client was closed; its id can't be used again.",
)


def reserved_issuer() -> Problem:
    """Refuse an issuer's name that is the gateway's or the operators' own."""
    return broken_rule("/issuer", "reserved-issuer", "This issuer is not the tenant's own.")


def known_issuer() -> Problem:
    """Refuse to register the same `iss` twice; it could not be told whose rules hold."""
    return broken_rule("/issuer", "known-issuer", "The tenant has this issuer under another id.")


def sandbox_for_good() -> Problem:
    """Refuse to turn what was for trying out into a tenant of real people, or the other way round."""
    return broken_rule("/sandbox", "sandbox-for-good", "This is settled when the tenant is created.")
