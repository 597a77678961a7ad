CREATE FUNCTION take_plain_answers(
    of_tenant uuid, rounds uuid[], revisions integer[], invitations uuid[], generations integer[],
    forms uuid[], numbers integer[], their_cells bytea[], their_shares boolean[], languages text[],
    givers text[], operations text[], keys text[], fingerprints bytea[], measurements uuid[],
    OUT place bigint, OUT since timestamptz, OUT moment timestamptz
) RETURNS SETOF record LANGUAGE plpgsql AS $body$
DECLARE
    held_rounds uuid[];
BEGIN
    PERFORM set_config('app.tenant', of_tenant::text, true);
    -- Each statement sees what was committed before it: what is read after a round is held stays as it is.
    SELECT array_agg(each.id) INTO held_rounds FROM (
        SELECT id FROM survey_round WHERE tenant_id = of_tenant AND id = ANY (rounds)
        ORDER BY id FOR SHARE SKIP LOCKED
    ) AS each;
    IF held_rounds IS NULL THEN
        RETURN;
    END IF;
    PERFORM id FROM measurement
    WHERE tenant_id = of_tenant AND id = ANY (measurements) AND round_id = ANY (held_rounds)
    ORDER BY id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH given AS (
        SELECT * FROM unnest(
            rounds, revisions, invitations, generations, forms, numbers, their_cells, their_shares,
            languages, givers, operations, keys, fingerprints
        ) WITH ORDINALITY AS each (
            of_round, revision, invitation, generation, of_form, built_upon, cells, shares,
            spoken, given_by, operation, key, fingerprint, ordinal
        )
        WHERE of_round = ANY (held_rounds)
    ), fitting AS (
        SELECT given.*, invited.language AS usual
        FROM given
        JOIN survey_round AS held
          ON held.tenant_id = of_tenant AND held.id = given.of_round AND held.state = 'open'
         AND held.roster_revision = given.revision
        JOIN invitation AS invited
          ON invited.tenant_id = of_tenant AND invited.id = given.invitation
         AND invited.generation = given.generation AND invited.withdrawn_at IS NULL
         AND invited.left_at IS NULL AND invited.declined_at IS NULL
         AND clock_timestamp() <= coalesce(invited.answer_until, held.closes_at, 'infinity')
        WHERE (
            -- One look each: joined, a plan made while there were few keys would go on reading all of
            -- them, and row-level security would let no text put together of another row's be looked
            -- up by index.
            SELECT made.status FROM idempotency_key AS made
            WHERE made.tenant_id = of_tenant AND made.operation = given.operation
              AND made.caller = 'invitation/' || given.invitation AND made.key = given.key
        ) IS NULL
    ), taken AS (
        UPDATE form SET
            number = form.number + 1, draft = NULL, draft_texts = NULL, share_with_team = shares,
            submitted_at = coalesce(submitted_at, clock_timestamp()),
            corrected_at = CASE WHEN form.number > 0 THEN clock_timestamp() END
        FROM fitting
        WHERE form.tenant_id = of_tenant AND form.id = fitting.of_form
          AND form.invitation_id = fitting.invitation AND form.number = fitting.built_upon
        RETURNING ordinal, form.id, form.measurement_id, form.number, cells, form.invitation_id, operation,
            key, fingerprint, coalesce(spoken, usual) AS language, given_by,
            submitted_at, coalesce(corrected_at, submitted_at) AS answered_at
    ), stored AS (
        INSERT INTO answer_set (
            tenant_id, form_id, number, measurement_id, cells, answered_at, language, answered_by
        )
        SELECT of_tenant, id, number, measurement_id, cells, answered_at, language, given_by FROM taken
    ), kept AS (
        INSERT INTO idempotency_key (
            tenant_id, operation, caller, key, fingerprint, status, resource_id, created_at
        )
        SELECT of_tenant, operation, 'invitation/' || invitation_id, key, fingerprint, 201, id, now()
        FROM taken
    ), counted AS (
        UPDATE measurement SET version = version + many.count
        FROM (SELECT measurement_id, count(*) FROM taken GROUP BY measurement_id) AS many
        WHERE tenant_id = of_tenant AND id = many.measurement_id
        RETURNING id, version - many.count AS before
    ), told AS (
        INSERT INTO change_log (epoch, tenant_id, type, subject, version)
        SELECT epoch, of_tenant,
            CASE taken.number WHEN 1 THEN 'measurement.submitted' ELSE 'measurement.corrected' END,
            counted.id, counted.before + row_number() OVER (PARTITION BY counted.id ORDER BY ordinal)
        FROM taken JOIN counted ON counted.id = measurement_id CROSS JOIN feed_epoch
    )
    SELECT ordinal, submitted_at, answered_at FROM taken;
END
$body$
