"""Sends a snapshot through the gateway, and shows what it changes; keeps nothing."""

from dataclasses import dataclass
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from deploy.organisation.addresses import require_safe

_KINDS = (
    ("areas", "Områder · areas"),
    ("units", "Enheder · units"),
    ("persons", "Personer · persons"),
    ("professionals", "Ansættelser · employments"),
)
_LONGEST_LIST = 20
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Sending:
    """Where a snapshot goes, in whose name, and on which terms."""

    url: str
    system: str
    token: str
    dry_run: bool = False
    mass_ending: bool = False


def send(snapshot: dict[str, Any], to: Sending) -> httpx2.Response:
    """Send a snapshot."""
    require_safe(to.url)
    query = {
        name: "true"
        for name, wanted in (("dryRun", to.dry_run), ("allowMassEnding", to.mass_ending))
        if wanted
    }
    headers = {"Authorization": f"Bearer {to.token}", "Accept-Language": "da"}
    with httpx2.Client(base_url=to.url, headers=headers, timeout=_SECONDS, trust_env=False) as http:
        return http.put(f"/v1/organisations/{to.system}", json=snapshot, params=query)


def show(console: Console, answer: httpx2.Response) -> bool:
    """Print what a snapshot changes, or why it was refused; tell whether all was well."""
    body = answer.json()
    if answer.status_code != 200:
        console.print(f"{answer.status_code} {body.get('code')}: {body.get('detail')}", style="bold red")
        _show_errors(console, body.get("errors", []))
        return False
    console.print(_difference(body))
    if body["suspicious"]:
        console.print("Meget ville ende · much would end: --allow-mass-ending", style="bold yellow")
    _show_changes(console, body)
    _show_errors(console, body["errors"])
    return not body["errors"]


def _difference(body: dict[str, Any]) -> Table:
    title = "Forskellen · the difference" if body["dryRun"] else "Ændret · changed"
    table = Table(
        title="Uændret · unchanged" if body["unchanged"] else title, title_justify="left", box=None
    )
    table.add_column()
    headers = ("ny · new", "ændret · changed", "genoplivet · revived", "afsluttet · ended", "nyere · newer")
    for header in headers:
        table.add_column(header, justify="right")
    for kind, label in _KINDS:
        found = body[kind]
        counts = (found[name] for name in ("new", "changed", "revived", "ended", "newer"))
        table.add_row(label, *(str(count) for count in counts))
    return table


def _show_changes(console: Console, body: dict[str, Any]) -> None:
    for kind, label in _KINDS:
        found = body[kind]
        lines = [f"+ {each}" for each in found["newReferences"]]
        lines += [
            f"~ {each['reference']}: {', '.join(each['fields'])}" for each in found["changedReferences"]
        ]
        lines += [f"↑ {each}" for each in found["revivedReferences"]]
        lines += [f"- {each}" for each in found["endedReferences"]]
        if lines:
            console.print(label, style="bold", highlight=False)
        for line in lines[:_LONGEST_LIST]:
            console.print(f"  {line}", highlight=False, markup=False)
        if len(lines) > _LONGEST_LIST:
            console.print(f"  … {len(lines) - _LONGEST_LIST}", highlight=False)


def _show_errors(console: Console, errors: list[dict[str, str]]) -> None:
    for each in errors[:_LONGEST_LIST]:
        console.print(f"{each['pointer']}: {each['detail']}", style="red", highlight=False, markup=False)
    if len(errors) > _LONGEST_LIST:
        console.print(f"… {len(errors) - _LONGEST_LIST}", style="red")
