"""A small municipality as OS2mo's GraphQL answers tell of it; made up, in the shape of version 30."""

from typing import Any
from uuid import UUID, uuid5

Record = dict[str, Any]

_NAMESPACE = UUID("d0aa3718-9df5-4438-99a8-0dbcee4f0bd3")
CPR_NUMBER = "010190-9994"
NOW = "2026-11-22T12:00:00+01:00"


def uuid_of(name: str) -> str:
    """Return the uuid something has in the small OS2mo."""
    return str(uuid5(_NAMESPACE, name))


def response(name: str | None) -> Record | None:
    """Return a relation to something, or to nothing."""
    return None if name is None else {"uuid": uuid_of(name)}


def a_class(key: str | None, name: str = "", scope: str = "TEXT") -> Record | None:
    """Return a relation to a class."""
    if key is None:
        return None
    return {"uuid": uuid_of(key), "current": {"user_key": key, "name": name or key, "scope": scope}}


def validity(ends: str | None = None) -> Record:
    """Return a period that began long ago."""
    return {"from": "2024-01-01T00:00:00+01:00", "to": ends}


def unit(name: str, parent: str | None = None, level: str | None = None, kind: str | None = None) -> Record:
    """Return a unit."""
    current = {
        "name": name,
        "parent_response": response(parent),
        "unit_type_response": a_class(kind),
        "unit_level_response": a_class(level),
        "validity": validity(),
    }
    return {"uuid": uuid_of(name), "current": current}


def employee(name: str, nickname: str = "") -> Record:
    """Return a person, with more than was asked for: a file that somebody else fetched may hold it."""
    current = {"name": name, "nickname": nickname, "cpr_no": CPR_NUMBER, "cpr_number": CPR_NUMBER}
    return {"uuid": uuid_of(name), "current": current}


def engagement(person: str, in_unit: str, job: str, ends: str | None = None) -> Record:
    """Return an engagement."""
    current = {
        "person_response": response(person),
        "org_unit_response": response(in_unit),
        "job_function_response": a_class(job.lower(), job),
        "validity": validity(ends),
        "person": [{"cpr_no": CPR_NUMBER}],
    }
    return {"uuid": uuid_of(f"{person} i {in_unit}"), "current": current}


def manager(person: str | None, of_unit: str, named: str | None = None) -> Record:
    """Return a manager; nobody, where the place is vacant."""
    current = {
        "person_response": response(person),
        "org_unit_response": response(of_unit),
        "engagement_response": response(named),
        "validity": validity(),
    }
    return {"uuid": uuid_of(f"{person} leder {of_unit}"), "current": current}


def address(person: str, value: str, scope: str, key: str, visibility: str = "PUBLIC") -> Record:
    """Return a way to reach somebody."""
    current = {
        "value": value,
        "person_response": response(person),
        "engagement_response": None,
        "address_type_response": a_class(key, scope=scope),
        "visibility_response": a_class("synlighed", scope=visibility),
        "validity": validity(),
    }
    return {"uuid": uuid_of(value), "current": current}


def page(collection: str, objects: list[Record], cursor: str | None = None) -> Record:
    """Return one answer."""
    return {"data": {collection: {"objects": objects, "page_info": {"next_cursor": cursor}}}}


def municipality() -> list[Record]:
    """Return Hedensted's answers: two areas, a team in a department, leaders of some of it."""
    return [*_units_and_people(), *_engaged_and_reached()]


def _units_and_people() -> list[Record]:
    return [
        page(
            "org_units",
            [
                unit("Børn og Unge"),
                unit("Familieafdelingen", "Børn og Unge", level="afdeling"),
                unit("Team Vest", "Familieafdelingen", level="team"),
                unit("Beskæftigelse"),
                unit("Jobcentret", "Beskæftigelse", level="afdeling", kind="myndighed"),
                {"uuid": uuid_of("Nedlagt"), "current": None},
            ],
        ),
        page(
            "employees",
            [
                employee("Kirsten Berg"),
                employee("Anne Holm", "Anne H."),
                employee("Bo Lund"),
                employee("Dora Dam"),
                employee("Ingen Ansættelse"),
            ],
        ),
    ]


def _engaged_and_reached() -> list[Record]:
    return [
        page(
            "engagements",
            [
                engagement("Kirsten Berg", "Familieafdelingen", "Afdelingsleder"),
                engagement("Anne Holm", "Team Vest", "Socialrådgiver"),
                engagement("Bo Lund", "Jobcentret", "Jobkonsulent"),
                engagement("Dora Dam", "Børn og Unge", "Direktør"),
                engagement("Bo Lund", "Team Vest", "Vikar", ends="2026-06-30T00:00:00+02:00"),
                engagement("Bo Lund", "Nedlagt", "Vikar"),
            ],
        ),
        page(
            "managers",
            [
                manager("Kirsten Berg", "Familieafdelingen"),
                manager("Dora Dam", "Børn og Unge"),
                manager(None, "Jobcentret"),
            ],
        ),
        page(
            "addresses",
            [
                address("Anne Holm", "anho@hedensted.example", "EMAIL", "EmailEmployee"),
                address("Anne Holm", "12 34 56 78", "PHONE", "MobilePhoneEmployee"),
                address("Bo Lund", "87654321", "PHONE", "PhoneEmployee"),
                address("Bo Lund", "bo@privat.example", "EMAIL", "EmailEmployee", visibility="SECRET"),
            ],
        ),
    ]


RULES = {
    "municipalityCode": "0766",
    "byLevel": {"team": {"countsAsUnit": False}},
    "byType": {"myndighed": {"authorityFunction": True, "laws": ["Beskæftigelsesindsatsloven"]}},
}
