"""Three people who answer before and after, and cases like theirs, as `docs/case-team.md` has it."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2

from tests.support.municipality import INFORMED, ok

_BEFORE: dict[str, dict[str, Any]] = {
    "Anne Holm": {"Jens Krogh": 4, "Karen Bach": "dont-know"},
    "Jens Krogh": {"Anne Holm": 2, "Karen Bach": None},
    "Karen Bach": {"Anne Holm": 3, "Jens Krogh": 3},
}
"""Who rates whom how on everything; None: they don't work together."""

_AFTER: dict[str, dict[str, Any]] = {rater: dict.fromkeys(_BEFORE, 4) for rater in _BEFORE}
_Wave = tuple[str, int, dict[str, dict[str, Any]]]
_WAVES: tuple[_Wave, ...] = (("baseline", 1, _BEFORE), ("follow-up", 2, _AFTER))

_OTHER_SYSTEM = "jobcentrets-system"


async def register_three(http: httpx2.AsyncClient) -> str:
    """Register the three and their case; the organisation must be there."""
    body = {
        "sourceVersion": 1,
        "respondentLabel": "Forløb 27",
        "involvements": [{"unitReference": unit} for unit in ("fam", "ppr", "skole")],
        "participants": [{"professionalReference": each} for each in ("4711", "4712", "4713")],
    }
    case: str = ok(await http.put("/v1/registrations/kommunens-boernesystem/walk", json=body))["caseId"]
    return case


async def answer_both_waves(http: httpx2.AsyncClient, case: str) -> dict[str, str]:
    """Let the three answer both waves, and close them; return who is which person."""
    persons: dict[str, str] = {}
    for wave in _WAVES:
        persons |= await _answer_wave(http, case, wave)
    return persons


async def answer_like_cases(http: httpx2.AsyncClient, administrator: httpx2.AsyncClient) -> None:
    """Register six colleagues and seven cases of three of them, and let them answer the first wave."""
    ok(await administrator.put(f"/v1/organisations/{_OTHER_SYSTEM}", json=_colleagues()))
    # The last fills a step of the figures over the wave: with fewer, some would wait.
    for number in range(7):
        team = [(number + place) % 6 for place in range(3)]
        body = {
            "sourceVersion": 1,
            "respondentLabel": f"Forløb {number}",
            "involvements": [{"unitReference": "job"}],
            "participants": [{"professionalReference": f"{each}"} for each in team],
        }
        path = f"/v1/registrations/{_OTHER_SYSTEM}/like-{number}"
        case = ok(await http.put(path, json=body))["caseId"]
        middles = {f"Kollega {each}": 1 + number % 3 + place for place, each in enumerate(team)}
        answers = {name: dict.fromkeys(middles, value) for name, value in middles.items()}
        await _answer_wave(http, case, ("baseline", 1, answers))


def _colleagues() -> dict[str, Any]:
    return {
        "sourceVersion": 1,
        "areas": [{"reference": "ba", "name": "Beskæftigelse", "municipalityCode": "0766"}],
        "units": [
            {"reference": "job", "name": "Jobcentret", "areaReference": "ba", "municipalityCode": "0766"}
        ],
        "persons": [{"reference": f"p{each}", "name": f"Kollega {each}"} for each in range(6)],
        "professionals": [
            {
                "reference": f"{each}",
                "personReference": f"p{each}",
                "unitReference": "job",
                "professionalGroup": "Jobkonsulent",
            }
            for each in range(6)
        ],
    }


async def _answer_wave(http: httpx2.AsyncClient, case: str, wave: _Wave) -> dict[str, str]:
    """Let everybody in a case answer a wave, and close it; return who is which person."""
    persons: dict[str, str] = {}
    code, ordinal, answers = wave
    path = f"/v1/rounds/{uuid4()}"
    ok(await http.put(path, json=_round(case, code, ordinal), headers={"If-None-Match": "*"}))
    for invitation in ok(await http.get(f"{path}/invitations"))["items"]:
        persons[invitation["label"]] = invitation["respondentId"]
        await _answer(http, invitation["id"], answers[invitation["label"]])
    ok(await http.put(f"{path}/closure", json={}))
    return persons


def _round(case: str, code: str, ordinal: int) -> dict[str, Any]:
    return {
        "caseId": case,
        "wave": {"code": code, "ordinal": ordinal, "label": code},
        "visibility": "team-open",
        "purpose": "At styrke samarbejdet omkring borgeren",
        "legalBasis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
        "informed": INFORMED,
        "instruments": [{"code": "relational-capacity", "version": 2}],
    }


async def _answer(http: httpx2.AsyncClient, invitation: str, answers: dict[str, Any]) -> None:
    link = ok(await http.post(f"/v1/invitations/{invitation}/link", json={}))["link"]
    bearer = {"Authorization": f"Bearer {link.partition('#')[2]}"}
    (form,) = ok(await http.get("/v1/response", headers=bearer))["forms"]
    ratings = []
    for subject in form["subjects"]:
        (value,) = (own for name, own in answers.items() if subject["label"].startswith(name))
        given = [{"itemId": item["id"], "value": value} for item in form["statements"]]
        rated = {"doesNotWorkWith": True} if value is None else {"answers": given}
        ratings.append({"subjectId": subject["id"], **rated})
    body = {"formId": form["id"], "ratings": ratings}
    ok(await http.post("/v1/response", json=body, headers={**bearer, "Idempotency-Key": uuid4().hex}))


async def until_available(http: httpx2.AsyncClient, path: str, token: str) -> None:
    """Wait until analytics has followed."""
    for _ in range(400):
        found = ok(await http.get(path, headers={"Authorization": f"Bearer {token}"}))
        if found["status"] == "available":
            return
        await asyncio.sleep(0.05)
    raise AssertionError("analytics does not follow")
