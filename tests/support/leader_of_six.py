"""A leader of six whose employees answer before and after, as `docs/leader-dashboard.md` has it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.support.municipality import INFORMED, ok

SYSTEM = "kommunens-boernesystem"
LEADER = "Mette Dam"

_OWN = [f"Sagsbehandler {number}" for number in range(1, 7)]
_OTHERS = [f"Mentor {number}" for number in range(1, 6)]
_CASES = (
    ("dashboard-1", [LEADER, *_OWN[:3], *_OTHERS[:2]]),
    ("dashboard-2", [*_OWN[3:], *_OTHERS[2:]]),
)
_WAVES = (
    ("baseline", 1, dict(zip(_OWN + _OTHERS, (2, 3, 4, 2, 3, 4, 2, 5, 3, 2, 4), strict=True))),
    ("follow-up", 2, dict(zip(_OWN + _OTHERS, (3, 4, 4, 4, 4, 5, 2, 5, 3, 3, 4), strict=True))),
)
"""How each experiences the own leader; the two statements about framing one lower."""


async def register_six(http: httpx2.AsyncClient, administrator: str) -> list[str]:
    """Register the leader, five more with one employee each, and two cases; return these."""
    headers = {"Authorization": f"Bearer {administrator}"}
    ok(await http.put(f"/v1/organisations/{SYSTEM}", json=_organisation(), headers=headers))
    return [await _case(http, reference, people) for reference, people in _CASES]


def _organisation() -> dict[str, Any]:
    led = [(name, LEADER, "fam") for name in _OWN]
    led += [(name, f"Leder {number}", "skole") for number, name in enumerate(_OTHERS, start=1)]
    leaders = [(name, None, unit) for name, unit in {leader: unit for _, leader, unit in led}.items()]
    everybody = [*leaders, *led]
    return {
        "sourceVersion": 1,
        "areas": [{"reference": "bu", "name": "Børn og Unge", "municipalityCode": "0766"}],
        "units": [
            {"reference": unit, "name": name, "areaReference": "bu", "municipalityCode": "0766"}
            for unit, name in (("fam", "Familieafdelingen"), ("skole", "Rask Mølle Skole"))
        ],
        "persons": [{"reference": _reference(name), "name": name} for name, _, _ in everybody],
        "professionals": [
            {
                "reference": _reference(name),
                "personReference": _reference(name),
                "unitReference": unit,
                "professionalGroup": "Leder" if leader is None else "Medarbejder",
                "leaderReference": None if leader is None else _reference(leader),
            }
            for name, leader, unit in everybody
        ],
    }


def _reference(name: str) -> str:
    return name.lower().replace(" ", "-")


async def _case(http: httpx2.AsyncClient, reference: str, people: Sequence[str]) -> str:
    body = {
        "sourceVersion": 1,
        "respondentLabel": f"Forløb {reference[-1]}",
        "involvements": [{"unitReference": unit} for unit in ("fam", "skole")],
        "participants": [
            {
                "professionalReference": _reference(name),
                "role": "facilitator" if name == LEADER else "participant",
            }
            for name in people
        ],
    }
    case: str = ok(await http.put(f"/v1/registrations/{SYSTEM}/{reference}", json=body))["caseId"]
    return case


async def answer_dashboard_waves(http: httpx2.AsyncClient, cases: Sequence[str]) -> dict[str, UUID]:
    """Let everybody answer both waves in both cases, and close them; return who is which person."""
    persons: dict[str, UUID] = {}
    for code, ordinal, values in _WAVES:
        for case in cases:
            persons |= await _answer_round(http, _round(case, code, ordinal), values)
    return persons


async def _answer_round(
    http: httpx2.AsyncClient, body: Mapping[str, Any], values: Mapping[str, int]
) -> dict[str, UUID]:
    path = f"/v1/rounds/{uuid4()}"
    ok(await http.put(path, json=body, headers={"If-None-Match": "*"}))
    invited = ok(await http.get(f"{path}/invitations"))["items"]
    await asyncio.gather(*(_answer(http, each["id"], values.get(each["label"], 4)) for each in invited))
    ok(await http.put(f"{path}/closure", json={}))
    return {each["label"]: UUID(each["respondentId"]) for each in invited}


def _round(case: str, code: str, ordinal: int) -> dict[str, Any]:
    return {
        "caseId": case,
        "wave": {"code": code, "ordinal": ordinal, "label": code},
        "visibility": "team-open",
        "purpose": "At styrke samarbejdet omkring borgeren",
        "legalBasis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
        "informed": INFORMED,
        "instruments": [
            {"code": "relational-capacity", "version": 2},
            {"code": "coherent-leadership", "version": 1},
        ],
    }


async def _answer(http: httpx2.AsyncClient, invitation: str, value: int) -> None:
    link = ok(await http.post(f"/v1/invitations/{invitation}/link", json={}))["link"]
    bearer = {"Authorization": f"Bearer {link.partition('#')[2]}"}
    for form in ok(await http.get("/v1/response", headers=bearer))["forms"]:
        about_leader = form["form"] == "own-leader"
        answers = [
            {"itemId": item["id"], "value": value - 1 if about_leader and place < 2 else value}
            for place, item in enumerate(form["statements"])
        ]
        ratings = [{"subjectId": subject["id"], "answers": answers} for subject in form["subjects"]]
        body = {"formId": form["id"], "ratings": ratings}
        headers = {**bearer, "Idempotency-Key": uuid4().hex}
        ok(await http.post("/v1/response", json=body, headers=headers))
