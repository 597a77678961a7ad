"""What a person needs to go on by hand: addresses, tokens, and lines to paste."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from rich.console import Console

from deploy.local.callers import PERSON_HOURS, Callers
from deploy.local.dataset.identifiers import Identifiers
from deploy.local.dataset.rows import Dataset
from deploy.local.front_door import FrontDoor
from deploy.local.house import House


@dataclass(frozen=True, slots=True)
class Example:
    """A case with one of its professionals, and the leader most employees were asked about."""

    case: UUID
    wave: str
    member: UUID
    leader: UUID | None
    leader_person: UUID | None


def example_of(dataset: Dataset, ids: Identifiers, case: str) -> Example:
    """Choose what the lines to paste are about."""
    led: dict[str, set[str]] = defaultdict(set)
    for member in dataset.members:
        if member.leader is not None:
            led[member.leader].add(member.professional)
    leader = max(sorted(led), key=lambda each: len(led[each]), default=None)
    first = next(member.professional for member in dataset.members if member.case == case)
    return Example(
        case=ids.case(case),
        wave=dataset.waves[0].code,
        member=ids.person(first),
        leader=ids.professional(leader) if leader else None,
        leader_person=ids.person(leader) if leader else None,
    )


async def show_directions(
    console: Console, house: House, callers: Callers, door: FrontDoor, example: Example
) -> None:
    """Print addresses, tokens and curl lines."""
    url = house.url
    tokens = {
        "CASE_SYSTEM": await callers.client_token(door, "case-system"),
        "CASE_WORKER": callers.person_token(example.member, "case-worker"),
        "PROFESSIONAL": callers.person_token(example.member, "professional"),
        "ANALYST": await callers.client_token(door, "research"),
    }
    lines = [
        ("CASE_SYSTEM", f"{url}/v1/cases?pageSize=2"),
        ("CASE_WORKER", f"{url}/v1/cases/{example.case}/classification"),
        ("PROFESSIONAL", f"{url}/v1/cases/{example.case}/matrix?wave={example.wave}"),
        ("ANALYST", f"{url}/v1/waves/{example.wave}/associations"),
    ]
    if example.leader is not None and example.leader_person is not None:
        tokens["LEADER"] = callers.person_token(example.leader_person, "leader")
        lines.append(("LEADER", f"{url}/v1/leaders/{example.leader}/scores?wave={example.wave}"))
    _show_addresses(console, house)
    console.print(
        "Tokens (programmer 1 time · programs 1 hour; "
        f"personer {PERSON_HOURS} timer · people {PERSON_HOURS} hours):"
    )
    for name, token in tokens.items():
        _plain(console, f"export {name}={token}")
    console.print()
    for name, address in lines:
        _plain(console, f'curl -H "Authorization: Bearer ${name}" "{address}"')
    console.print()


def _show_addresses(console: Console, house: House) -> None:
    console.print("Adresser · addresses", style="bold")
    _plain(console, f"  API      {house.url}")
    _plain(console, f"  docs     {house.url}/docs")
    _plain(console, f"  OpenAPI  {house.url}/v1/openapi.json")
    for service, ports in house.ports.items():
        _plain(console, f"  metrics  http://127.0.0.1:{ports.metrics}/metrics ({service})")
    console.print()


def _plain(console: Console, line: str) -> None:
    """Print without wrapping or markup, so that it can be pasted."""
    console.print(line, soft_wrap=True, markup=False, highlight=False)
