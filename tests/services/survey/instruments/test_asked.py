"""A tenant's own instrument in use: asked once it is published, never as a draft, nor another tenant's."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from shared.access.principal import Role
from tests.services.survey.instruments.drafted import Content, definition
from tests.support.municipality import Municipality, ok, round_body
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

PATH = "/v1/instruments/own-list/versions/1"
CHOSEN = [{"code": "own-list", "version": 1}]


def own(form: str) -> Content:
    return definition(form, version=1, crosswalk=[])


@pytest.fixture
def admin(municipality: Municipality) -> CallerClient:
    """Give the municipality's administrator."""
    return municipality.caller("survey", Role.ADMINISTRATOR)


async def opened(municipality: Municipality, case_id: UUID) -> tuple[UUID, httpx2.Response]:
    round_id = uuid4()
    body = round_body(case_id, instruments=CHOSEN)
    return round_id, await municipality.caller("survey").create(f"/v1/rounds/{round_id}", body)


async def case_of_three(municipality: Municipality) -> UUID:
    unit = await municipality.unit()
    return await municipality.case([await municipality.employee(unit) for _ in range(3)])


async def test_is_asked_only_between_publication_and_retirement(
    municipality: Municipality, admin: CallerClient
) -> None:
    case_id = await case_of_three(municipality)
    unknown = [("/instruments/0", "unknown-instrument")]
    assert refused((await opened(municipality, case_id))[1], 422, "broken-rule") == unknown
    ok(await admin.create(PATH, own("network")))
    assert refused((await opened(municipality, case_id))[1], 422, "broken-rule") == unknown
    ok(await admin.put(f"{PATH}/publication", {}, If_Match="*"))
    ok((await opened(municipality, case_id))[1])
    ok(await admin.put(f"{PATH}/retirement", {}, If_Match="*"))
    another = await case_of_three(municipality)
    assert refused((await opened(municipality, another))[1], 422, "broken-rule")


async def test_another_tenants_is_never_asked(
    municipality: Municipality, admin: CallerClient, stack: Stack
) -> None:
    ok(await admin.create(PATH, own("network")))
    ok(await admin.put(f"{PATH}/publication", {}, If_Match="*"))
    stranger = Municipality(stack, uuid4())
    case_id = await case_of_three(stranger)
    assert refused((await opened(stranger, case_id))[1], 422, "broken-rule") == [
        ("/instruments/0", "unknown-instrument")
    ]


async def test_what_was_asked_is_answered_also_after_it_was_retired(
    municipality: Municipality, admin: CallerClient
) -> None:
    ok(await admin.create(PATH, own("collaboration")))
    ok(await admin.put(f"{PATH}/publication", {}, If_Match="*"))
    found = await municipality.open_round(await case_of_three(municipality), instruments=CHOSEN)
    ok(await admin.put(f"{PATH}/retirement", {}, If_Match="*"))
    invitation, *_ = await found.invitations()
    client = municipality.stack.bearer("survey", await found.token(invitation["id"]))
    (form,) = ok(await client.get("/v1/response"))["forms"]
    asked: dict[str, Any] = {each["id"]: each for each in form["statements"]}
    assert (form["title"], list(asked)) == ("Titel (da)", ["item-0", "item-1", "item-2"])
    assert [each["id"] for each in form["texts"]] == ["open"]
