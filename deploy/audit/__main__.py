"""`python -m deploy.audit verify` checks every audit; `restored` vouches for chains a restore put back."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from joserfc.jwk import ECKey, KeySet

from deploy.audit.checking import check_audit, heads_to_vouch_for
from deploy.backup.manifest import BackupRefusedError
from deploy.backup.places import open_plan
from deploy.local.house import ROOT, Blueprint
from deploy.migrate import EnvironmentRefusedError, Plan
from shared.audit_heads import append_heads, head_file

_KEY = "GATEWAY_SIGNING_KEY"
_TRUSTED = "TRUSTED_KEYS"


def main(words: list[str] | None = None) -> int:
    """Check, or vouch; the exit code is 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m deploy.audit", description=__doc__)
    parser.add_argument("command", choices=("verify", "restored"))
    parser.add_argument("--data", type=Path, default=ROOT / ".data", help="data of `make run`")
    parser.add_argument("--heads", type=Path, help="folder with the signed heads")
    wanted = parser.parse_args(words)
    heads = wanted.heads or wanted.data / "audit-heads"
    try:
        with open_plan(os.environ, wanted.data) as plan:
            if wanted.command == "restored":
                return vouch(plan, heads, wanted.data)
            return verify(plan, heads, _keys(wanted.data))
    except (BackupRefusedError, EnvironmentRefusedError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def verify(plan: Plan, folder: Path, keys: KeySet) -> int:
    """Check every service's audit and say what is wrong."""
    wrong = 0
    for database in plan.databases:
        dsn = plan.server_for(database)
        checked = asyncio.run(check_audit(dsn, database.service, folder, keys))
        sys.stdout.write(
            f"{checked.service}: {checked.rows} rows sealed, {checked.unsigned} not yet vouched for, "
            f"{len(checked.findings)} findings\n"
        )
        for finding in checked.findings:
            sys.stdout.write(f"  {finding}\n")
        wrong += len(checked.findings)
    return 1 if wrong else 0


def vouch(plan: Plan, folder: Path, data: Path) -> int:
    """Sign that the chains are rightly where they are, though heads beyond them were signed."""
    key, keys = os.environ.get(_KEY) or _local_key(data), _keys(data)
    for database in plan.databases:
        dsn = plan.server_for(database)
        heads = asyncio.run(heads_to_vouch_for(dsn, database.service, folder, keys))
        number = append_heads(head_file(folder, database.service), key, heads, "restored")
        sys.stdout.write(f"{database.service}: {number} chains\n")
    return 0


def _local_key(data: Path) -> str:
    return json.dumps(Blueprint(data).signer("gateway"))


def _keys(data: Path) -> KeySet:
    """Return the keys that heads may be signed with: those the services trust the gateway by."""
    trusted = os.environ.get(_TRUSTED)
    if trusted:
        return KeySet.import_key_set(json.loads(trusted)["gateway"])
    return KeySet([ECKey.import_key(json.loads(os.environ.get(_KEY) or _local_key(data)))])


if __name__ == "__main__":
    sys.exit(main())
