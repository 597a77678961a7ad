"""The gateway signs every service's audit heads into files; what is taken away afterwards is found."""

import json

import asyncpg
from joserfc.jwk import ECKey, KeySet

from deploy.audit.checking import check_audit
from services.gateway.audit.heads import HeadKeeper
from shared.audit_sealing import INSTALLATION
from tests.services.gateway.conftest import Whole
from tests.support.databases import TestDatabase
from tests.support.keys import private_key

_TAKE = "DELETE FROM audit_seal WHERE tenant_id = $1"


async def test_heads_of_every_service(whole: Whole, gateway_database: TestDatabase) -> None:
    keys = KeySet([ECKey.import_key(json.loads(private_key("gateway")))])
    state, dsn = whole.app.state, gateway_database.superuser
    assert (await whole.http.get("/v1/erasures")).status_code == 401
    await whole.written()
    await state.audit_chain.seal_all()
    keeper = HeadKeeper(state.audit_chain, state.behind, whole.heads, private_key("gateway"))
    await keeper.keep()
    assert {file.stem for file in whole.heads.iterdir()} == {"gateway", "cases", "survey", "analytics"}
    assert (await check_audit(dsn, "gateway", whole.heads, keys)).findings == ()
    connection = await asyncpg.connect(dsn)
    await connection.execute(_TAKE, INSTALLATION)
    await connection.execute("UPDATE audit_event SET seal = NULL WHERE tenant_id = $1", INSTALLATION)
    await connection.close()
    (found,) = (await check_audit(dsn, "gateway", whole.heads, keys)).findings
    assert found.endswith("the whole chain is missing")
