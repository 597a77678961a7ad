"""Takes what is plain of a batch in a few statements for all of it; what isn't is left to `take_answers`.

The rounds are held first, so that what is read afterwards stays as it is: closing, erasure and withdrawal
hold them, too. Then the measurements, in one order, so that no two batches wait for each other. Only then
is anything written. A round that somebody else holds is not waited for.
"""

from collections.abc import Mapping, Sequence

from services.survey.answering.submission import GIVEN, Submission, Taken, Verdict, columns_of
from shared.database.connection import Transaction

_HOLD_ROUNDS = """
SELECT id FROM survey_round WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR SHARE SKIP LOCKED
"""
_HOLD_MEASUREMENTS = """
SELECT id FROM measurement WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
_TAKE = """
WITH given AS (
    SELECT * FROM unnest(
        $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::uuid[], $7::int[], $8::bytea[],
        $9::bool[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[]
    ) WITH ORDINALITY AS each (
        of_round, revision, invitation, generation, form, built_upon, cells,
        shares, spoken, given_by, operation, key, fingerprint, place
    )
), fitting AS (
    SELECT given.*, invited.language AS usual
    FROM given
    JOIN survey_round AS held
      ON held.tenant_id = $1 AND held.id = given.of_round AND held.state = 'open'
     AND held.roster_revision = given.revision
    JOIN invitation AS invited
      ON invited.tenant_id = $1 AND invited.id = given.invitation
     AND invited.generation = given.generation AND invited.withdrawn_at IS NULL
     AND invited.left_at IS NULL AND invited.declined_at IS NULL
     AND clock_timestamp() <= coalesce(invited.answer_until, held.closes_at, 'infinity')
    WHERE (
        -- One look each: joined, a plan made while there were few keys would go on reading all of them, and
        -- row-level security would let no text put together of another row's be looked up by index.
        SELECT made.status FROM idempotency_key AS made
        WHERE made.tenant_id = $1 AND made.operation = given.operation
          AND made.caller = 'invitation/' || given.invitation AND made.key = given.key
    ) IS NULL
), taken AS (
    UPDATE form SET
        number = form.number + 1, draft = NULL, draft_texts = NULL, share_with_team = shares,
        submitted_at = coalesce(submitted_at, clock_timestamp()),
        corrected_at = CASE WHEN form.number > 0 THEN clock_timestamp() END
    FROM fitting
    WHERE form.tenant_id = $1 AND form.id = fitting.form AND form.invitation_id = fitting.invitation
      AND form.number = fitting.built_upon
    RETURNING place, form.id, form.measurement_id, form.number, cells, form.invitation_id, operation, key,
        fingerprint, coalesce(spoken, usual) AS language, given_by,
        submitted_at AS since, coalesce(corrected_at, submitted_at) AS moment
), stored AS (
    INSERT INTO answer_set (
        tenant_id, form_id, number, measurement_id, cells, answered_at, language, answered_by
    )
    SELECT $1, id, number, measurement_id, cells, moment, language, given_by FROM taken
), kept AS (
    INSERT INTO idempotency_key (
        tenant_id, operation, caller, key, fingerprint, status, resource_id, created_at
    )
    SELECT $1, operation, 'invitation/' || invitation_id, key, fingerprint, 201, id, now() FROM taken
), counted AS (
    UPDATE measurement SET version = version + many.count
    FROM (SELECT measurement_id, count(*) FROM taken GROUP BY measurement_id) AS many
    WHERE tenant_id = $1 AND id = many.measurement_id
    RETURNING id, version - many.count AS before
), told AS (
    INSERT INTO change_log (epoch, tenant_id, type, subject, version)
    SELECT epoch, $1,
        CASE taken.number WHEN 1 THEN 'measurement.submitted' ELSE 'measurement.corrected' END,
        counted.id, counted.before + row_number() OVER (PARTITION BY counted.id ORDER BY place)
    FROM taken JOIN counted ON counted.id = measurement_id CROSS JOIN feed_epoch
)
SELECT place, since, moment FROM taken
"""


_GIVEN = tuple(name for name in GIVEN if name != "texts")
"""What is plain has no texts."""


async def take_together(transaction: Transaction, submissions: Sequence[Submission]) -> Mapping[int, Taken]:
    """Take what is plain; return what became of each, by its place, and nothing of the others."""
    plain = {
        place: each
        for place, each in enumerate(submissions)
        if each.measurement is not None and each.cells is not None and each.texts is None
    }
    if len(plain) < 2:
        return {}
    driver, tenant = transaction.driver, transaction.tenant
    found = await driver.fetch(_HOLD_ROUNDS, tenant, {each.round for each in plain.values()})
    held = {row["id"] for row in found}
    asked = [(place, each) for place, each in plain.items() if each.round in held]
    if not asked:
        return {}
    await driver.fetch(_HOLD_MEASUREMENTS, tenant, {each.measurement for _, each in asked})
    rows = await driver.fetch(_TAKE, tenant, *columns_of([each for _, each in asked], _GIVEN))
    return {asked[row["place"] - 1][0]: Taken(Verdict.TAKEN, row["since"], row["moment"]) for row in rows}
