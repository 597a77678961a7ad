"""Makes a sandbox: a tenant for trying out, filled over REST with a sample; refuses tenants of real people.

`python -m deploy.sandbox operator.jwk https://samspil.example --folder sandbox` sets a new tenant up,
registers the sample's organisation and cases, asks and answers every round, and leaves the logins in the
folder. Run again with the same folder, it goes on where it was; `--close` closes the tenant down.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
from rich.console import Console

from deploy.local.callers import Callers
from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.rows import Dataset
from deploy.local.front_door import FrontDoor
from deploy.local.job import MainJob
from deploy.local.progress import TerminalProgress
from deploy.local.vault import Jwk, Vault
from deploy.operator_token import operator_token

SAMPLE = Path(__file__).parent / "local/sample-municipality"
_SUBJECT = "sandbox"


class SandboxRefusedError(ValueError):
    """What was asked for is no sandbox, or its data can't be used."""


async def fill(url: str, operator_key: Jwk, vault: Vault, dataset: Dataset) -> UUID:
    """Set the vault's tenant up as a sandbox and register a data set there; return its id."""
    tenant = UUID(vault.get("tenant", lambda: str(uuid4())))
    callers = Callers(url, tenant, vault, sandbox=True)
    await callers.set_up(operator_key, dataset.name)
    door = FrontDoor(url)
    try:
        with TerminalProgress(Console(stderr=True)) as progress:
            await MainJob(door, callers, dataset, progress).run()
    finally:
        await door.close()
    return tenant


async def close(url: str, operator_key: Jwk, vault: Vault) -> UUID:
    """Close the vault's tenant down.

    Raises
    ------
    SandboxRefusedError
        The vault has none, or it is a tenant of real people.
    """
    known = vault.find("tenant")
    if known is None:
        raise SandboxRefusedError("There is no sandbox in this folder.")
    headers = {"Authorization": f"Bearer {operator_token(operator_key, url, _SUBJECT)}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
        seen = await http.get(f"/v1/tenants/{known}")
        seen.raise_for_status()
        if not seen.json()["sandbox"]:
            raise SandboxRefusedError("This tenant is no sandbox.")
        (await http.put(f"/v1/tenants/{known}/closure", json={})).raise_for_status()
    return UUID(known)


def read_sample(folder: Path) -> Dataset:
    """Read a data folder.

    Raises
    ------
    SandboxRefusedError
        There are mistakes in it.
    """
    reading = read_folder(folder)
    if reading.dataset is None:
        raise SandboxRefusedError("\n".join(map(str, reading.findings)))
    return reading.dataset


def main(arguments: list[str] | None = None) -> int:
    """Fill or close a sandbox; print its tenant."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox", description=__doc__)
    parser.add_argument("key", type=Path, help="the private key that deploy.environment wrote")
    parser.add_argument("public_url", help="the gateway's address as in GATEWAY_PUBLIC_URL")
    parser.add_argument("--folder", type=Path, required=True, help="where the sandbox's logins are kept")
    parser.add_argument("--data", type=Path, default=SAMPLE, help="folder with the CSV files")
    parser.add_argument("--close", action="store_true", help="close the sandbox down")
    wanted = parser.parse_args(arguments)
    key = json.loads(wanted.key.read_text(encoding="utf-8"))
    try:
        wanted.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        vault = Vault(wanted.folder / "sandbox.json")
        if wanted.close:
            tenant = asyncio.run(close(wanted.public_url, key, vault))
        else:
            tenant = asyncio.run(fill(wanted.public_url, key, vault, read_sample(wanted.data)))
    except SandboxRefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{tenant}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
