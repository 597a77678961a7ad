"""What is looked up often stays quick, and erasure takes along what was planned."""

from sqlalchemy import delete

from services.survey.erasure.repository import delete_empty_invitations
from services.survey.invitations import outbox
from services.survey.rounds.tables import form
from shared.database.connection import Database
from tests.services.survey.invitations.scene import Scene
from tests.support.databases import TestDatabase
from tests.support.records import rows

_MANY = """
INSERT INTO message (tenant_id, id, invitation_id, kind, number, state, due_at, attempts)
SELECT $1, gen_random_uuid(), $2, 'reminder', number, 'sent', now(), 1
FROM generate_series(1, 20000) AS number
"""


async def test_what_is_due_is_found_among_all_that_was_sent(
    scene: Scene, feed: Database, databases: dict[str, TestDatabase]
) -> None:
    one = await scene.invite(await scene.round())
    await rows(databases["survey"], _MANY, scene.tenant, one)
    await rows(databases["survey"], "ANALYZE message")
    async with feed.transaction() as transaction:
        statement = outbox.select_due(with_mail=True).compile(dialect=transaction.connection.dialect)
        # As it is once prepared for all values.
        given = [statement.params[name] for name in statement.positiontup or ()]
        plan = await transaction.driver.fetch(f"EXPLAIN (GENERIC_PLAN) {statement}", *given)
    await rows(databases["survey"], "DELETE FROM message WHERE tenant_id = $1", scene.tenant)
    assert any("message_due" in row[0] for row in plan), plan


async def test_who_is_erased_leaves_no_message(scene: Scene) -> None:
    round_id = await scene.round(reminders=[3])
    one, other = await scene.invite(round_id), await scene.invite(round_id)
    await scene.plan(round_id, one, other)
    async with scene.database.transaction(scene.tenant) as transaction:
        await transaction.execute(delete(form).where(form.c.invitation_id == one))
        await delete_empty_invitations(transaction, round_id)
    assert await scene.messages(one) == []
    assert await scene.invitation(one) is None
    assert len(await scene.messages(other)) == 2
