"""Owns the variables of an installation: writes a fresh file with new secrets; refuses to overwrite one.

`python -m deploy.environment --public-url https://... --respondent-page https://...` writes `.env`, which
Docker Compose reads by itself, and beside it `operator.jwk`, the private key of whoever may set up
tenants. Both are made with mode 0600; the key belongs on no server.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.vault import Jwk, new_signing_key, public_keys, random_secret
from deploy.migrate import ROLES, SERVICES, password_variable

SIGNERS = ("gateway", "survey", "analytics", "gateway-feeds")
PAGE = "/svar"
"""Where the survey's own page for respondents is found behind the gateway."""
_PRIVATE = 0o600


def make_variables(public_url: str, respondent_page: str, operator: Jwk) -> dict[str, str]:
    """Make every variable that has no default, in the order of `deploy/.env.example`."""
    signing = {service: new_signing_key() for service in SIGNERS}
    passwords = [password_variable(service, role) for service in SERVICES for role in ROLES]
    fingerprints = [f"{service.upper()}_FINGERPRINT_KEY" for service in SERVICES]
    return {
        "GATEWAY_PUBLIC_URL": public_url,
        "SURVEY_RESPONDENT_PAGE": respondent_page,
        "POSTGRES_PASSWORD": random_secret(),
        **{name: random_secret() for name in (*passwords, *fingerprints)},
        "CASES_CITIZEN_KEYS": json.dumps({"1": random_secret()}),
        "SURVEY_RESPONDENT_KEY": random_secret(),
        "GATEWAY_WEBHOOK_KEY": random_secret(),
        **{signing_variable(signer): json.dumps(key) for signer, key in signing.items()},
        "TRUSTED_KEYS": json.dumps({service: public_keys(key) for service, key in signing.items()}),
        "GATEWAY_OPERATOR_KEYS": json.dumps(public_keys(operator)),
    }


def signing_variable(signer: str) -> str:
    """Name the variable of a signer's private key."""
    return f"{signer.upper().replace('-', '_')}_SIGNING_KEY"


def written(variables: Mapping[str, str]) -> str:
    """Write variables so that neither Compose nor a shell changes anything between the quotes.

    Raises
    ------
    ValueError
        A value holds a quote or a line's end.
    """
    for name, value in variables.items():
        if "'" in value or not value.isprintable():
            raise ValueError(f"{name} can't be written between quotes")
    return "".join(f"{name}='{value}'\n" for name, value in variables.items())


def write_private(file: Path, text: str) -> None:
    """Write a new file that nobody else may read.

    Raises
    ------
    FileExistsError
        There is one: its secrets may be all that opens somebody's data.
    """
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as out:
        out.write(text)


def main(arguments: list[str] | None = None) -> int:
    """Write the two files, or say why not."""
    parser = argparse.ArgumentParser(prog="python -m deploy.environment", description=__doc__)
    parser.add_argument("--public-url", required=True, help="the address callers use")
    parser.add_argument("--respondent-page", help="where a respondent's link leads, if not to our own page")
    parser.add_argument("--file", type=Path, default=Path(".env"))
    parser.add_argument("--operator-key", type=Path, default=Path("operator.jwk"))
    wanted = parser.parse_args(arguments)
    taken = [file for file in (wanted.file, wanted.operator_key) if file.exists()]
    if taken:
        sys.stderr.write(f"Already there, left alone: {', '.join(map(str, taken))}\n")
        return 1
    operator = new_signing_key()
    page = wanted.respondent_page or f"{wanted.public_url.rstrip('/')}{PAGE}"
    variables = make_variables(wanted.public_url, page, operator)
    write_private(wanted.file, written(variables))
    write_private(wanted.operator_key, json.dumps(operator) + "\n")
    sys.stderr.write(f"Wrote {wanted.file} and {wanted.operator_key}. Keep the key away from the server.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
