"""The chain that the audit's rows are counted into, one per tenant; pure.

A seal covers some rows: their digests in the order of their ids, and the seal before it. Whoever changes,
adds, hides or deletes a sealed row, or cuts the chain, must make every later seal anew; what that leaves
is for the signed heads to tell, which are kept where the database is not.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

_FIRST_COLUMNS = (
    "id",
    "at",
    "actor",
    "person_id",
    "action",
    "purpose",
    "subject_type",
    "subject_id",
    "request_id",
    "detail",
    "times",
)
_FORMS = {1: _FIRST_COLUMNS, 2: (*_FIRST_COLUMNS, "program")}
"""What of a row is sealed in each form of seal: all there was then, but for the seal's own number."""

FORM = 2
"""The form that seals are made in; older ones are checked as they were made."""

COLUMNS = _FORMS[FORM]

_BEGINNING = bytes(32)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a tenant's chain had come at a time."""

    tenant: UUID
    sequence: int
    total: int
    hash: bytes
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of a chain."""

    tenant: UUID
    sequence: int
    rows: int
    total: int
    digest: bytes
    previous: bytes
    sealed_at: datetime
    form: int

    @property
    def hash(self) -> bytes:
        """What the next link builds upon."""
        said = [
            str(self.tenant),
            self.sequence,
            self.rows,
            self.total,
            self.digest.hex(),
            self.previous.hex(),
            _written(self.sealed_at),
            # Links of the first form said nothing of it.
            *([self.form] if self.form > 1 else []),
        ]
        return hashlib.sha256(orjson.dumps(said)).digest()

    @property
    def head(self) -> Head:
        """Return the chain's head as it is with this link."""
        return Head(self.tenant, self.sequence, self.total, self.hash, self.sealed_at)


def digest_of(rows: Iterable[Mapping[str, Any]], form: int) -> bytes:
    """Return the digest of rows, given in the order of their ids, in a form of seal."""
    whole = hashlib.sha256()
    for row in rows:
        said = [_written(row[name]) for name in _FORMS[form]]
        whole.update(hashlib.sha256(orjson.dumps(said)).digest())
    return whole.digest()


def _written(value: object) -> object:
    """Write a value in one way only: a time is the same moment in every zone."""
    if isinstance(value, datetime):
        return str(round(value.timestamp() * 1_000_000))
    return value if value is None or isinstance(value, int) else str(value)


def next_seal(before: Head | None, tenant: UUID, rows: Sequence[Mapping[str, Any]], at: datetime) -> Seal:
    """Seal rows, given in the order of their ids, onto a chain or as its beginning."""
    return Seal(
        tenant=tenant,
        sequence=before.sequence + 1 if before else 1,
        rows=len(rows),
        total=(before.total if before else 0) + len(rows),
        digest=digest_of(rows, FORM),
        previous=before.hash if before else _BEGINNING,
        sealed_at=at,
        form=FORM,
    )


def _agree(rows: Sequence[Mapping[str, Any]], seal: Seal) -> bool:
    """Tell whether rows are what was sealed; what a form did not know of can't be in its rows."""
    if seal.form not in _FORMS:
        return False
    unknown = [name for name in COLUMNS if name not in _FORMS[seal.form]]
    if any(row[name] is not None for row in rows for name in unknown):
        return False
    return digest_of(rows, seal.form) == seal.digest


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a tenant's chain that can't be if nobody meddled with it."""

    tenant: UUID
    sequence: int
    what: str


class ChainCheck:
    """Follows one tenant's chain link by link, and holds it against heads that were signed."""

    def __init__(self, tenant: UUID, signed: Iterable[Head] = ()) -> None:
        self._tenant = tenant
        self._signed = {head.sequence: head for head in signed}
        self._before: Head | None = None
        self.findings: list[Finding] = []

    def follow(self, seal: Seal, stored_hash: bytes, rows: Sequence[Mapping[str, Any]]) -> None:
        """Check one link and the rows that say they are under it."""
        before = self._before
        expected = (before.sequence + 1, before.hash) if before else (1, _BEGINNING)
        if (seal.sequence, seal.previous) != expected:
            self._find(seal.sequence, "the link before it is missing or another one")
        if len(rows) != seal.rows:
            self._find(seal.sequence, f"{seal.rows} rows were sealed, and {len(rows)} are there")
        elif not _agree(rows, seal):
            self._find(seal.sequence, "a row was altered")
        if seal.hash != stored_hash or seal.total != (before.total if before else 0) + seal.rows:
            self._find(seal.sequence, "the link itself was altered")
        signed = self._signed.get(seal.sequence)
        if signed is not None and (signed.hash, signed.total) != (stored_hash, seal.total):
            self._find(seal.sequence, "the chain was made anew: it is not the one that was signed")
        self._before = Head(self._tenant, seal.sequence, seal.total, stored_hash, seal.sealed_at)

    def end(self) -> None:
        """Check that nothing is missing at the end, and no row is under a link that is not there."""
        last = self._before.sequence if self._before else 0
        furthest = max(self._signed, default=0)
        if furthest > last:
            what = "the end of the chain is missing" if last else "the whole chain is missing"
            self._find(furthest, what)

    def stray(self, sequence: int) -> None:
        """Note rows under a link that is not there."""
        self._find(sequence, "rows are under a link that is not there")

    def _find(self, sequence: int, what: str) -> None:
        self.findings.append(Finding(self._tenant, sequence, what))
