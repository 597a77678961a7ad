"""Signed heads of audit chains, in a file outside every database: lines are only ever added.

A line is a compact JWS over the heads that have moved since the line before, and over that line itself. So
a line can be neither altered nor taken out of the middle; copy the file elsewhere, for its end can be cut.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.audit_chain import Head

ALGORITHM = "ES256"
MEDIA_TYPE = "samspil-audit-heads"
_PRIVATE = 0o600

Kind = Literal["heads", "restored"]
"""`restored`: an operator vouches that the chains were put back to where they are now."""


@dataclass(slots=True)
class SignedHeads:
    """What a file of heads says: the heads by tenant, and what is wrong with the file itself."""

    heads: dict[UUID, dict[int, Head]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    last_line: str = ""

    def newest(self, tenant: UUID) -> Head | None:
        """Return the furthest head of a tenant."""
        known = self.heads.get(tenant)
        return known[max(known)] if known else None


def head_file(folder: Path, service: str) -> Path:
    """Name the file of one service's heads."""
    return folder / f"{service}.heads"


def append_heads(file: Path, private_jwk: str, heads: Iterable[Head], kind: Kind = "heads") -> int:
    """Sign the heads that have moved and add them as one line, on disk when this returns; return how many.

    Raises
    ------
    ValueError
        The file is not one whose lines this key has signed.
    """
    key = ECKey.import_key(json.loads(private_jwk))
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, _PRIVATE)
    with os.fdopen(descriptor, "r+", encoding="ascii") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        known = _newest_known(opened.read().splitlines())
        moved = [each for each in heads if known.places.get(each.tenant) != each.sequence]
        if moved:
            opened.write(_line(key, kind, moved, known.last_line) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
    return len(moved)


@dataclass(frozen=True, slots=True)
class _Known:
    places: dict[UUID, int]
    last_line: str


def _newest_known(lines: Sequence[str]) -> _Known:
    """Read where each tenant's chain was last said to be; whether it is true, the check will tell."""
    places: dict[UUID, int] = {}
    for line in lines:
        for each in json.loads(jws.extract_compact(line.encode()).payload)["heads"]:
            places[UUID(each["tenant"])] = each["sequence"]
    return _Known(places, lines[-1] if lines else "")


def _line(key: ECKey, kind: Kind, heads: Iterable[Head], before: str) -> str:
    payload = {
        "kind": kind,
        "at": datetime.now(UTC).isoformat(),
        "before": _digest(before),
        "heads": [
            {
                "tenant": str(head.tenant),
                "sequence": head.sequence,
                "total": head.total,
                "hash": head.hash.hex(),
                "sealedAt": head.sealed_at.isoformat(),
            }
            for head in heads
        ],
    }
    header = {"alg": ALGORITHM, "typ": MEDIA_TYPE, "kid": key.kid}
    return jws.serialize_compact(header, json.dumps(payload), key)


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def read_heads(file: Path, keys: KeySet) -> SignedHeads:
    """Read and verify a file of heads; a file that is missing says nothing, and that is a finding."""
    read = SignedHeads()
    if not file.exists():
        read.findings.append("there are no signed heads")
        return read
    for number, line in enumerate(file.read_text(encoding="ascii").splitlines(), start=1):
        payload = _verified(line, keys)
        if payload is None:
            read.findings.append(f"line {number} of the heads is not signed by a known key")
        elif payload["before"] != _digest(read.last_line):
            read.findings.append(f"line {number} of the heads does not follow the line before it")
        if payload is not None:
            _take_in(read, payload)
        read.last_line = line
    return read


def _verified(line: str, keys: KeySet) -> dict[str, Any] | None:
    try:
        verified = jws.deserialize_compact(line, keys, algorithms=[ALGORITHM])
        if verified.headers().get("typ") != MEDIA_TYPE:
            return None
        payload: dict[str, Any] = json.loads(verified.payload)
    except (JoseError, ValueError):
        return None
    return payload


def _take_in(read: SignedHeads, payload: dict[str, Any]) -> None:
    for each in payload["heads"]:
        head = Head(
            UUID(each["tenant"]),
            each["sequence"],
            each["total"],
            bytes.fromhex(each["hash"]),
            datetime.fromisoformat(each["sealedAt"]),
        )
        known = read.heads.setdefault(head.tenant, {})
        if payload["kind"] == "restored":
            for later in [sequence for sequence in known if sequence >= head.sequence]:
                del known[later]
        known[head.sequence] = head
