"""Owns what OS2mo's answers mean to Samspil: units, engagements and managers become a snapshot.

It takes each field by name, so nothing else that an answer may hold, a CPR number least of all, goes on.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deploy.organisation.rules import Rules, UnitRule

Snapshot = dict[str, Any]
Record = Mapping[str, Any]

COLLECTIONS = ("org_units", "employees", "engagements", "managers", "addresses")
_EMAIL = re.compile(r"[^@\s\x00]{1,64}@[^@\s\x00]{1,189}")
_MOBILE = re.compile(r"\+[1-9][0-9]{7,14}")
_LONGEST = 200


class NotOS2mo(ValueError):
    """An answer that isn't one of OS2mo's to the queries asked."""


@dataclass
class Answers:
    """Everything OS2mo said, by collection: what is current, by its uuid."""

    found: dict[str, dict[str, Record]] = field(default_factory=lambda: {each: {} for each in COLLECTIONS})

    def add(self, answer: Record) -> None:
        """Take one GraphQL answer in: one page, or several collections at once.

        Raises
        ------
        NotOS2mo
            It is an error, or has no known collection.
        """
        data = answer.get("data")
        if answer.get("errors") or not isinstance(data, dict):
            raise NotOS2mo("the answer is a GraphQL error, or none at all")
        known = [name for name in COLLECTIONS if name in data]
        if not known:
            raise NotOS2mo("the answer holds none of " + ", ".join(COLLECTIONS))
        for name in known:
            for each in data[name]["objects"]:
                if each.get("current") is not None:
                    self.found[name][each["uuid"]] = each["current"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of OS2mo's, as far as it matters here."""

    uuid: str
    name: str
    parent: str | None
    rule: UnitRule


def to_snapshot(answers: Answers, rules: Rules, source_version: int, now: datetime) -> Snapshot:
    """Turn OS2mo's answers into what Samspil takes."""
    units = _kept(_units(answers, rules, now))
    engagements = {
        uuid: each
        for uuid, each in sorted(answers.found["engagements"].items())
        if _is_valid(each, now)
        and _uuid_of(each, "org_unit_response") in units
        and _uuid_of(each, "person_response") in answers.found["employees"]
    }
    leaders = _leader_by_unit(answers, units, engagements, now)
    contacts = _contacts(answers, now)
    employing = {_uuid_of(each, "org_unit_response") for each in engagements.values()}
    areas = {uuid: _area_of(uuid, units) for uuid in units}
    shown = [each for each in units.values() if areas[each.uuid] != each.uuid or each.uuid in employing]
    persons = sorted({str(_uuid_of(each, "person_response")) for each in engagements.values()})
    return {
        "sourceVersion": source_version,
        "areas": [
            {"reference": uuid, "name": units[uuid].name, "municipalityCode": rules.municipality_code}
            for uuid in sorted({areas[each.uuid] for each in shown})
        ],
        "units": _show_units(shown, areas, rules),
        "persons": [
            {"reference": uuid, "name": _person_name(answers.found["employees"][uuid])} for uuid in persons
        ],
        "professionals": [
            _professional(uuid, each, leaders, contacts) for uuid, each in engagements.items()
        ],
    }


def _units(answers: Answers, rules: Rules, now: datetime) -> dict[str, Unit]:
    return {
        uuid: Unit(
            uuid,
            _text(each["name"]),
            _uuid_of(each, "parent_response"),
            rules.of(uuid, _class_key(each, "unit_type_response"), _class_key(each, "unit_level_response")),
        )
        for uuid, each in sorted(answers.found["org_units"].items())
        if _is_valid(each, now)
    }


def _kept(units: Mapping[str, Unit]) -> dict[str, Unit]:
    """Leave out what a rule leaves out, with everything below; whose parent has ended is a root."""
    kept = {}
    for each in units.values():
        up = list(_upwards(each.uuid, units))
        if not any(units[uuid].rule.leave_out for uuid in up):
            parent = each.parent if each.parent in units and each.parent != each.uuid else None
            kept[each.uuid] = Unit(each.uuid, each.name, parent, each.rule)
    return kept


def _upwards(uuid: str | None, units: Mapping[str, Unit]) -> Iterator[str]:
    """Go from a unit up to its root; a circle is left where it closes."""
    seen: set[str] = set()
    while uuid is not None and uuid in units and uuid not in seen:
        seen.add(uuid)
        yield uuid
        uuid = units[uuid].parent


def _area_of(uuid: str, units: Mapping[str, Unit]) -> str:
    """Return the nearest unit upwards that a rule makes an area, or the root."""
    up = list(_upwards(uuid, units))
    return next((each for each in up if units[each].rule.area), up[-1])


def _show_units(shown: Sequence[Unit], areas: Mapping[str, str], rules: Rules) -> list[dict[str, Any]]:
    known = {each.uuid for each in shown}
    return [
        {
            "reference": each.uuid,
            "name": each.name,
            "areaReference": areas[each.uuid],
            "parentReference": each.parent if each.parent in known else None,
            "municipalityCode": rules.municipality_code,
            # An area that people are employed in directly is no unit of its own.
            "countsAsUnit": each.rule.counts_as_unit and areas[each.uuid] != each.uuid,
            "authorityFunction": each.rule.authority_function,
            "external": each.rule.external,
            "laws": list(each.rule.laws),
        }
        for each in shown
    ]


def _leader_by_unit(
    answers: Answers, units: Mapping[str, Unit], engagements: Mapping[str, Record], now: datetime
) -> "Leaders":
    """Find each unit's managers, each by an engagement of theirs."""
    by_person: dict[str, list[str]] = {}
    for uuid, each in engagements.items():
        by_person.setdefault(str(_uuid_of(each, "person_response")), []).append(uuid)
    managers: dict[str, list[tuple[str, str]]] = {}
    for _, each in sorted(answers.found["managers"].items()):
        unit, person = _uuid_of(each, "org_unit_response"), _uuid_of(each, "person_response")
        if (
            unit is None
            or unit not in units
            or person is None
            or person not in by_person
            or not _is_valid(each, now)
        ):
            continue  # vacant, ended, or of somebody who isn't employed
        own = by_person[person]
        named = _uuid_of(each, "engagement_response")
        here = [one for one in own if _uuid_of(engagements[one], "org_unit_response") == unit]
        managers.setdefault(unit, []).append((person, named if named in own else (here or own)[0]))
    return Leaders(units, managers)


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who manages which unit: pairs of a person and an employment."""

    units: Mapping[str, Unit]
    managers: Mapping[str, Sequence[tuple[str, str]]]

    def of(self, unit: str, person: str) -> str | None:
        """Return the nearest manager up the tree who is somebody else, or None."""
        for each in _upwards(unit, self.units):
            for manager, employment in self.managers.get(each, ()):
                if manager != person:
                    return employment
        return None


def _professional(
    uuid: str, engagement: Record, leaders: Leaders, contacts: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    unit = str(_uuid_of(engagement, "org_unit_response"))
    person = str(_uuid_of(engagement, "person_response"))
    validity = engagement["validity"]
    return {
        "reference": uuid,
        "personReference": person,
        "unitReference": unit,
        "professionalGroup": _text(engagement["job_function_response"]["current"]["name"]),
        "leaderReference": leaders.of(unit, person),
        "validFrom": validity["from"],
        "validTo": validity["to"],
        **contacts.get(person, {}),
        **contacts.get(uuid, {}),
    }


def _contacts(answers: Answers, now: datetime) -> dict[str, dict[str, str]]:
    """Return the first e-mail address and mobile number of each person and engagement that has one."""
    contacts: dict[str, dict[str, str]] = {}
    for _, each in sorted(answers.found["addresses"].items()):
        if not _is_valid(each, now) or _class_value(each, "visibility_response", "scope") == "SECRET":
            continue
        found = _contact(each)
        owner = _uuid_of(each, "engagement_response") or _uuid_of(each, "person_response")
        if found and owner:
            contacts.setdefault(owner, {}).setdefault(*found)
    return contacts


def _contact(address: Record) -> tuple[str, str] | None:
    value = re.sub(r"\s", "", str(address["value"]))
    if _class_value(address, "address_type_response", "scope") == "EMAIL":
        return ("email", value) if _EMAIL.fullmatch(value) else None
    if "mobil" in _class_value(address, "address_type_response", "user_key").lower():
        value = f"+45{value}" if re.fullmatch(r"[0-9]{8}", value) else value
        return ("mobile", value) if _MOBILE.fullmatch(value) else None
    return None


def _is_valid(record: Record, now: datetime) -> bool:
    ends = (record.get("validity") or {}).get("to")
    return ends is None or datetime.fromisoformat(ends) > now


def _uuid_of(record: Record, name: str) -> str | None:
    found = record.get(name)
    return None if found is None else str(found["uuid"])


def _class_value(record: Record, name: str, part: str) -> str:
    """Return a part of the class that a field names, or nothing where OS2mo has none."""
    return str((((record.get(name) or {}).get("current")) or {}).get(part) or "")


def _class_key(record: Record, name: str) -> str:
    return _class_value(record, name, "user_key")


def _person_name(employee: Record) -> str:
    """Return the name that colleagues use; who hides theirs has a nickname in OS2mo."""
    return _text(employee.get("nickname") or employee["name"])


def _text(text: str) -> str:
    return " ".join(text.split())[:_LONGEST] or "?"


def gather(answers: Iterable[Record]) -> Answers:
    """Take answers in."""
    gathered = Answers()
    for each in answers:
        gathered.add(each)
    return gathered
