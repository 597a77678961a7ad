"""A walk through what a client does: registers, reads, changes, lists, answers and reads scores.

Prints what was answered as JSON. Where and who comes from the environment.
"""

import json
import os
import sys
from typing import Any
from uuid import UUID, uuid4

from samspil_client.access import bearer, program
from samspil_client.answers import NoContentError, ProblemError, content_of, every
from samspil_client.api.answering import get_response, submit_response
from samspil_client.api.cases import register_case
from samspil_client.api.organisation import get_area, get_unit, list_units, put_area, put_unit
from samspil_client.api.scores import get_case_scores
from samspil_client.client import AuthenticatedClient
from samspil_client.models import (
    AreaView,
    CaseView,
    ItemAnswer,
    PageOfUnitView,
    Problem,
    PutArea,
    PutUnit,
    Rating,
    RegisterCase,
    SubmissionView,
    SubmitResponse,
)
from samspil_client.types import Response, Unset

MUNICIPALITY = "0766"


def main() -> None:
    """Walk, and print the report."""
    url = os.environ["SAMSPIL_URL"]
    client_id, secret = os.environ["SAMSPIL_CLIENT_ID"], os.environ["SAMSPIL_CLIENT_SECRET"]
    area = uuid4()
    with (
        program(url, client_id, secret) as client,
        bearer(url, os.environ["SAMSPIL_RESPONDENT_TOKEN"]) as respondent,
    ):
        report = {
            "area": register_area(client, area),
            "changed": change_area(client, area),
            "units": register_units(client, area, 3),
            "case": register_cases(client),
            "refused": refusals(client, area),
            "answered": answer(respondent),
            "scores": read_scores(client, UUID(os.environ["SAMSPIL_CASE_ID"])),
        }
    sys.stdout.write(json.dumps(report))


def tag_of(answered: Response[Any]) -> str:
    """Return the ETag of what was answered."""
    return answered.headers.get("ETag", "")


def refusal(answered: Response[Any]) -> Problem:
    """Return why a call was refused."""
    try:
        content_of(answered)
    except ProblemError as refused:
        return refused.problem
    raise LookupError("that was to be refused")


def register_area(client: AuthenticatedClient, area: UUID) -> dict[str, object]:
    """Create an area, read it, and read it again knowing its tag."""
    body = PutArea(name="Børn og Unge", municipality_code=MUNICIPALITY)
    made = put_area.sync_detailed(area, client=client, body=body, if_none_match="*")
    read = get_area.sync_detailed(area, client=client)
    known = get_area.sync_detailed(area, client=client, if_none_match=tag_of(read))
    return {
        "created": made.status_code,
        "name": content_of(read).name,
        "version": content_of(read).version,
        "sameTag": tag_of(made) == tag_of(read) != "",
        "known": known.status_code,
    }


def change_area(client: AuthenticatedClient, area: UUID) -> dict[str, object]:
    """Change the area by the tag of what was read; whoever builds upon the state before that is told so."""
    tag = tag_of(get_area.sync_detailed(area, client=client))

    def change(name: str) -> Response[AreaView | Problem]:
        body = PutArea(name=name, municipality_code=MUNICIPALITY)
        return put_area.sync_detailed(area, client=client, body=body, if_match=tag)

    changed = content_of(change("Familie"))
    return {
        "name": changed.name,
        "validTo": str(changed.valid_to) if changed.valid_to else None,
        "stale": refusal(change("Familier")).code,
    }


def register_units(client: AuthenticatedClient, area: UUID, count: int) -> dict[str, object]:
    """Register units and find them again in the list, read two by two."""
    made = set()
    for number in range(1, count + 1):
        unit = uuid4()
        body = PutUnit(
            name=f"Enhed {number}", area_id=area, municipality_code=MUNICIPALITY, laws=["Barnets lov"]
        )
        content_of(put_unit.sync_detailed(unit, client=client, body=body, if_none_match="*"))
        made.add(unit)
    pages = []

    def read(cursor: str | Unset) -> PageOfUnitView:
        page = content_of(list_units.sync_detailed(client=client, page_size=2, cursor=cursor))
        pages.append(page)
        return page

    own = sum(unit.id in made for unit in every(read))
    return {"own": own, "severalPages": len(pages) > 1}


def register_cases(client: AuthenticatedClient) -> dict[str, object]:
    """Register a case twice under one key, which makes one case."""
    key = str(uuid4())

    def register(label: str) -> Response[CaseView | Problem]:
        body = RegisterCase(respondent_label=label, municipality_code=MUNICIPALITY, target_group="youth")
        return register_case.sync_detailed(client=client, body=body, idempotency_key=key)

    first, again = register("Forløb 27"), register("Forløb 27")
    made = content_of(first)
    return {
        "created": [first.status_code, again.status_code],
        "same": content_of(again).id == made.id,
        "level": made.level,
        "targetGroup": made.target_group,
        "closedAt": made.closed_at,
        "otherwise": refusal(register("Forløb 28")).code,
    }


def refusals(client: AuthenticatedClient, area: UUID) -> dict[str, object]:
    """Return the reasons: what is not there, what can't be, and what is nothing."""
    nowhere = uuid4()

    def put(name: str, area_id: UUID) -> Problem:
        body = PutUnit(name=name, area_id=area_id, municipality_code=MUNICIPALITY)
        return refusal(put_unit.sync_detailed(nowhere, client=client, body=body, if_none_match="*"))

    broken, malformed = put("Enhed", uuid4()), put("", area)
    return {
        "notFound": refusal(get_unit.sync_detailed(nowhere, client=client)).code,
        "broken": [broken.status, broken.code],
        "malformed": [malformed.status, malformed.errors[0].pointer if malformed.errors else None],
    }


def answer(respondent: AuthenticatedClient) -> dict[str, object]:
    """Fill a questionnaire in and submit it twice under one key, which counts once."""
    asked = content_of(get_response.sync_detailed(client=respondent))
    form = next(form for form in asked.forms if form.subjects)
    answers = [
        ItemAnswer(item_id=statement.id, value="dont-know" if place == 0 else 4)
        for place, statement in enumerate(form.statements)
    ]
    ratings = [Rating(subject_id=subject.id, answers=answers) for subject in form.subjects]
    key = str(uuid4())

    def submit() -> SubmissionView:
        body = SubmitResponse(form_id=form.id, ratings=ratings)
        return content_of(submit_response.sync_detailed(client=respondent, body=body, idempotency_key=key))

    first, again = submit(), submit()
    return {"version": first.version, "same": again.submitted_at == first.submitted_at}


def read_scores(client: AuthenticatedClient, case: UUID) -> dict[str, object]:
    """Read a case's scores, and again knowing their tag."""
    read = get_case_scores.sync_detailed(case, client=client, wave="baseline")
    known = get_case_scores.sync_detailed(case, client=client, wave="baseline", if_none_match=tag_of(read))
    try:
        content_of(known)
        status = 0
    except NoContentError as nothing:
        status = nothing.status
    released = content_of(read)
    return {
        "availability": released.status,
        "dimensions": len(released.result.dimensions) if released.result else 0,
        "known": status,
    }


if __name__ == "__main__":
    main()
