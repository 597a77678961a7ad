"""Three people who answer before and after, through the gateway, as `docs/case-team.md` has it."""

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
_WAVES = (("baseline", 1, _BEFORE), ("follow-up", 2, _AFTER))


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
    for code, ordinal, answers in _WAVES:
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
