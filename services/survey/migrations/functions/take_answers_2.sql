CREATE FUNCTION take_answers(
    of_tenant uuid, of_round uuid, of_revision integer, of_invitation uuid, of_generation integer,
    of_form uuid, of_number integer, its_cells bytea, its_texts jsonb, shares boolean, spoken text,
    given_by text, of_operation text, of_key text, its_fingerprint bytea, waits boolean,
    OUT verdict text, OUT since timestamptz, OUT moment timestamptz
) LANGUAGE plpgsql AS $body$
DECLARE
    its_state text;
    its_end timestamptz;
    its_revision integer;
    invited record;
    known bytea;
    measured uuid;
    counted bigint;
BEGIN
    SELECT fingerprint INTO known FROM idempotency_key
    WHERE tenant_id = of_tenant AND operation = of_operation
      AND caller = 'invitation/' || of_invitation AND key = of_key;
    -- What was made before is told without holding the round.
    IF known IS NULL AND waits THEN
        SELECT state, closes_at, roster_revision INTO its_state, its_end, its_revision FROM survey_round
        WHERE tenant_id = of_tenant AND id = of_round FOR SHARE;
    ELSIF known IS NULL THEN
        SELECT state, closes_at, roster_revision INTO its_state, its_end, its_revision FROM survey_round
        WHERE tenant_id = of_tenant AND id = of_round FOR SHARE SKIP LOCKED;
        IF NOT FOUND THEN
            verdict := 'busy';
            RETURN;
        END IF;
    END IF;
    -- Read after the round is held: closing, erasure and withdrawal hold it, too.
    SELECT generation, answer_until, language, declined_at, withdrawn_at, left_at INTO invited
    FROM invitation WHERE tenant_id = of_tenant AND id = of_invitation;
    verdict := CASE
        WHEN invited.generation IS DISTINCT FROM of_generation THEN 'unauthenticated'
        WHEN known = its_fingerprint THEN 'made'
        WHEN known IS NOT NULL THEN 'key-reused'
        WHEN its_state IS NULL THEN 'stale'
        WHEN invited.withdrawn_at IS NOT NULL THEN 'withdrawn'
        WHEN its_state <> 'open'
            OR clock_timestamp() > coalesce(invited.answer_until, its_end, 'infinity')
            THEN 'closed'
        WHEN invited.left_at IS NOT NULL THEN 'left'
        WHEN its_revision <> of_revision THEN 'stale'
    END;
    IF verdict IS NULL THEN
        UPDATE form SET
            number = of_number + 1, draft = NULL, draft_texts = NULL, share_with_team = shares,
            submitted_at = coalesce(submitted_at, clock_timestamp()),
            corrected_at = CASE WHEN of_number > 0 THEN clock_timestamp() END
        WHERE tenant_id = of_tenant AND id = of_form AND invitation_id = of_invitation
          AND number = of_number AND its_cells IS NOT NULL
        RETURNING measurement_id, submitted_at, coalesce(corrected_at, submitted_at)
        INTO measured, since, moment;
        IF NOT FOUND THEN
            verdict := refuse_answers(
                of_tenant, of_invitation, of_form, of_number, of_operation, of_key, its_fingerprint
            );
        END IF;
    END IF;
    IF verdict = 'made' THEN
        SELECT submitted_at, answered_at INTO since, moment
        FROM form JOIN answer_set ON answer_set.tenant_id = form.tenant_id AND form_id = id
        WHERE form.tenant_id = of_tenant AND id = of_form AND answer_set.number = of_number + 1;
    END IF;
    IF verdict IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO answer_set (
        tenant_id, form_id, number, measurement_id, cells, answered_at, language, answered_by
    ) VALUES (
        of_tenant, of_form, of_number + 1, measured, its_cells, moment,
        coalesce(spoken, invited.language), given_by
    );
    IF its_texts IS NOT NULL THEN
        INSERT INTO text_answer (tenant_id, form_id, number, question, subject_id, body, may_quote)
        SELECT of_tenant, of_form, of_number + 1, question, subject, body, quote
        FROM jsonb_to_recordset(its_texts) AS said (question text, subject uuid, body text, quote boolean);
    END IF;
    INSERT INTO idempotency_key (
        tenant_id, operation, caller, key, fingerprint, status, resource_id, created_at
    ) VALUES (
        of_tenant, of_operation, 'invitation/' || of_invitation, of_key,
        its_fingerprint, 201, of_form, now()
    );
    IF invited.declined_at IS NOT NULL THEN
        UPDATE invitation SET declined_at = NULL, version = version + 1
        WHERE tenant_id = of_tenant AND id = of_invitation;
    END IF;
    UPDATE measurement SET version = version + 1
    WHERE tenant_id = of_tenant AND id = measured RETURNING version INTO counted;
    INSERT INTO change_log (epoch, tenant_id, type, subject, version)
    SELECT epoch, of_tenant,
        CASE of_number WHEN 0 THEN 'measurement.submitted' ELSE 'measurement.corrected' END,
        measured, counted
    FROM feed_epoch;
    verdict := 'taken';
END
$body$
