CREATE FUNCTION refuse_answers(
    of_tenant uuid, of_invitation uuid, of_form uuid, of_number integer,
    of_operation text, of_key text, its_fingerprint bytea
) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
    stored integer;
    known bytea;
BEGIN
    SELECT number INTO stored FROM form
    WHERE tenant_id = of_tenant AND id = of_form AND invitation_id = of_invitation;
    -- Another try with the same key may have been made while this one waited for the form.
    SELECT fingerprint INTO known FROM idempotency_key
    WHERE tenant_id = of_tenant AND operation = of_operation
      AND caller = 'invitation/' || of_invitation AND key = of_key;
    RETURN CASE
        WHEN stored IS NULL THEN 'unknown-form'
        WHEN known = its_fingerprint THEN 'made'
        WHEN known IS NOT NULL THEN 'key-reused'
        WHEN stored <> of_number THEN 'outdated'
        ELSE 'unfit'
    END;
END
$body$
