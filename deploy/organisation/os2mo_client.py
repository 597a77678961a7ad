"""Owns the questions put to OS2mo: pages through each collection; asks for no CPR number, and not for past.

The documents are written against version 30 of OS2mo's GraphQL, where each relation is a `..._response`.
"""

from collections.abc import Iterator
from typing import Any

import httpx2

from deploy.organisation.addresses import require_safe
from deploy.organisation.os2mo import NotOS2mo

PAGE_SIZE = 500
_MOST_PAGES = 2_000
_CLASS = "{ uuid current { user_key name scope } }"
_FIELDS = {
    "org_units": "name parent_response { uuid } "
    f"unit_type_response {_CLASS} unit_level_response {_CLASS} validity {{ from to }}",
    "employees": "name nickname",
    "engagements": "person_response { uuid } org_unit_response { uuid } "
    f"job_function_response {_CLASS} validity {{ from to }}",
    "managers": "person_response { uuid } org_unit_response { uuid } engagement_response { uuid } "
    "validity { from to }",
    "addresses": "value person_response { uuid } engagement_response { uuid } "
    f"address_type_response {_CLASS} visibility_response {_CLASS} validity {{ from to }}",
}
_FILTERS = {"addresses": ', filter: {address_type: {scope: ["EMAIL", "PHONE"]}}'}


def document(collection: str) -> str:
    """Write the query of one collection."""
    return (
        f"query Samspil($cursor: Cursor) {{ {collection}"
        f"(limit: {PAGE_SIZE}, cursor: $cursor{_FILTERS.get(collection, '')}) "
        f"{{ objects {{ uuid current {{ {_FIELDS[collection]} }} }} page_info {{ next_cursor }} }} }}"
    )


def ask_all(url: str, token: str) -> Iterator[dict[str, Any]]:
    """Ask for every page of every collection.

    Raises
    ------
    NotOS2mo
        It answers something else, or goes on for ever.
    """
    require_safe(url)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(headers=headers, timeout=60, trust_env=False) as http:
        for collection in _FIELDS:
            yield from _ask(http, url, collection)


def _ask(http: httpx2.Client, url: str, collection: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        answer = http.post(url, json={"query": document(collection), "variables": {"cursor": cursor}})
        if answer.status_code != 200:
            raise NotOS2mo(f"{collection}: HTTP {answer.status_code}")
        page: dict[str, Any] = answer.json()
        yield page
        if not page.get("data"):
            return  # whoever takes it in refuses it
        cursor = page["data"][collection]["page_info"]["next_cursor"]
        if cursor is None:
            return
    raise NotOS2mo(f"{collection}: more than {_MOST_PAGES} pages")
