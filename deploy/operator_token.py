"""Owns an operator's tokens: signs one for five minutes with the operator's key; stores nothing.

`python -m deploy.operator_token operator.jwk https://samspil.example --subject name` prints the token, to
set up tenants with under `/v1/tenants`. The subject is what the gateway's audit shows.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from deploy.local.vault import Jwk, sign

LIFETIME_SECONDS = 300


def operator_token(key: Jwk, public_url: str, subject: str) -> str:
    """Sign a token for the gateway at an address."""
    claims = {"iss": "operator", "sub": subject, "aud": public_url, "roles": ["operator"]}
    return sign(key, claims, LIFETIME_SECONDS)


def main(arguments: list[str] | None = None) -> int:
    """Print a token."""
    parser = argparse.ArgumentParser(prog="python -m deploy.operator_token", description=__doc__)
    parser.add_argument("key", type=Path, help="the private key that deploy.environment wrote")
    parser.add_argument("public_url", help="the gateway's address as in GATEWAY_PUBLIC_URL")
    parser.add_argument("--subject", required=True, help="who you are")
    wanted = parser.parse_args(arguments)
    key = json.loads(wanted.key.read_text(encoding="utf-8"))
    sys.stdout.write(operator_token(key, wanted.public_url, wanted.subject) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
