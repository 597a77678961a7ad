"""What setting up access can refuse beyond the house's own faults."""

from shared.errors import Problem, broken_rule


def reserved_issuer() -> Problem:
    """Refuse an issuer's name that is the gateway's or the operators' own."""
    return broken_rule("/issuer", "reserved-issuer", "This issuer is not the tenant's own.")


def known_issuer() -> Problem:
    """Refuse to register the same `iss` twice; it could not be told whose rules hold."""
    return broken_rule("/issuer", "known-issuer", "The tenant has this issuer under another id.")
