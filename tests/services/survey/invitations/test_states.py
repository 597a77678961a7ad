"""How far an invitation has come, and what comes before what."""

from typing import Any

import pytest
from sqlalchemy import select

from services.survey.invitations.repository import INVITED
from services.survey.invitations.states import InvitationState, state_of_invitation
from services.survey.rounds.tables import form, invitation
from tests.services.survey.invitations.scene import Scene, ago, ahead

NOW = ago(minutes=1)
OVER: dict[str, Any] = {"state": "closed", "closed_at": NOW}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("invited", {}, {}, {}),
    ("opened", {"opened_at": NOW}, {}, {}),
    ("started", {"opened_at": NOW}, {"draft": []}, {}),
    ("started", {}, {"draft_texts": []}, {}),
    ("expired", {"opened_at": NOW}, {"draft": []}, OVER),
    ("expired", {}, {}, {"closes_at": NOW}),
    ("expired", {"answer_until": NOW}, {}, {}),
    ("invited", {"answer_until": ahead(days=1)}, {}, {"closes_at": NOW}),
    ("invited", {}, {}, {"closes_at": ahead(days=1)}),
    ("expired", {}, {}, {"state": "cancelled"}),
    ("left", {"left_at": NOW}, {}, OVER),
    ("declined", {"declined_at": NOW, "left_at": NOW}, {}, OVER),
    ("submitted", {"declined_at": NOW, "left_at": NOW}, {"number": 2}, OVER),
    ("withdrawn", {"withdrawn_at": NOW, "declined_at": NOW}, {"number": 1}, OVER),
]


async def state_of(scene: Scene, invitation_id: object) -> str:
    async with scene.database.transaction(scene.tenant) as transaction:
        (row,) = await transaction.rows(
            select(state_of_invitation().label("state"))
            .select_from(INVITED)
            .where(invitation.c.id == invitation_id)
        )
    return str(row.state)


@pytest.mark.parametrize(("state", "invited", "answered", "round_values"), CASES)
async def test_state(
    scene: Scene,
    state: str,
    invited: dict[str, Any],
    answered: dict[str, Any],
    round_values: dict[str, Any],
) -> None:
    round_id = await scene.round(**round_values)
    one = await scene.invite(round_id, **invited)
    if answered:
        await scene.change(form, form.c.invitation_id == one, **answered)
    assert await state_of(scene, one) == InvitationState(state)


async def test_one_of_two_forms_is_not_all(scene: Scene) -> None:
    round_id = await scene.round()
    one, other = await scene.invite(round_id, number=1), await scene.invite(round_id)
    assert await state_of(scene, one) == "submitted"
    await scene.change(form, form.c.invitation_id == other, invitation_id=one)
    assert await state_of(scene, one) == "started"


async def test_nothing_asked_is_nothing_submitted(scene: Scene) -> None:
    round_id = await scene.round()
    one, other = await scene.invite(round_id), await scene.invite(round_id)
    await scene.change(form, form.c.invitation_id == one, invitation_id=other)
    assert await state_of(scene, one) == "invited"
