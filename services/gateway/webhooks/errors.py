"""What webhooks can refuse beyond the house's own faults."""

from shared.errors import Problem, broken_rule


def url_refused() -> Problem:
    """Refuse an address that may not be told."""
    return broken_rule(
        "/url", "url-refused", "Only https addresses of public hosts, or what an operator allows, is told."
    )


def too_many() -> Problem:
    """Refuse one subscription more than a tenant may have."""
    return broken_rule("", "too-many", "The tenant has as many subscriptions as it may have.")
