"""Contacts go some days after the round."""

from typing import Any
from uuid import uuid4

import pytest

from services.survey.invitations.keeper import ContactKeeper
from shared.database.connection import Database
from tests.services.survey.invitations.scene import Scene, ago


@pytest.fixture
def keeper(database: Database, feed: Database) -> ContactKeeper:
    return ContactKeeper(database, feed, days=14)


async def test_forgets_after_the_days_and_what_was_still_planned(
    scene: Scene, keeper: ContactKeeper
) -> None:
    round_id = await scene.round(reminders=[3])
    one = await scene.invite(round_id)
    await scene.plan(round_id, one)
    await scene.set_round(round_id, state="closed", closed_at=ago(days=14, minutes=1))
    await keeper.work_round()
    row = await scene.invitation(one)
    assert (row.contact, row.channel, row.label) == (None, "e-mail", "Anne Holm")
    assert await scene.states(one) == ["needless", "needless"]
    assert await keeper.work_round() == 0


@pytest.mark.parametrize(
    "values", [{}, {"state": "closed", "closed_at": ago(days=13, hours=23)}, {"closes_at": ago(days=90)}]
)
async def test_not_before(scene: Scene, keeper: ContactKeeper, values: dict[str, Any]) -> None:
    round_id = await scene.round(**values)
    one = await scene.invite(round_id)
    before = (await scene.invitation(one)).contact
    await keeper.work_round()
    assert (await scene.invitation(one)).contact == before


async def test_leaves_other_tenants_rounds_alone(
    scene: Scene, database: Database, keeper: ContactKeeper
) -> None:
    theirs = Scene(database, uuid4())
    over, still = await scene.round(state="closed", closed_at=ago(days=20)), await theirs.round()
    one, other = await scene.invite(over), await theirs.invite(still)
    await keeper.work_round()
    assert (await scene.invitation(one)).contact is None
    assert (await theirs.invitation(other)).contact is not None
