"""A measurement in few bytes, with all that its JSON says: written when it is stored, read when it is used.

What many measurements say alike is read once, by its digest, and so is who has the same seat in many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from struct import Struct
from typing import Any
from uuid import UUID

import numpy as np
from pydantic import create_model
from pydantic_core import from_json

from services.analytics.projection.measurement import Measurement, measurement_from
from shared.contracts.survey import MeasurementState, Seat
from shared.wire import WireModel

PREFIX = np.dtype(
    {
        "names": ["id", "digest", "flags"],
        "formats": ["S16", "S8", "u1"],
        "offsets": [8, 24, 32],
        "itemsize": 33,
    }
)
"""What many rows are put in order by; it comes after the version, as PostgreSQL sends a bigint."""
ID = slice(8, 24)
DIGEST = slice(24, 32)
OF_CASE, OF_GROUP, _MUTUAL = 1, 2, 4

_HEAD = Struct(">q16s8sB16s16s16sIIHHHHH")
_LENGTH = Struct(">H")

_ALIKE = {
    "wave",
    "wave_ordinal",
    "visibility",
    "round_state",
    "instrument",
    "instrument_version",
    "form",
    "items",
    "focus_items",
    "sub_scales",
    "level",
    "units",
    "authority_functions",
    "rule_set",
    "citizen_resources",
}
"""What many measurements say alike."""
_BLANK: dict[str, Any] = {
    "version": 0,
    "id": UUID(int=0),
    "round_id": UUID(int=0),
    "case_id": None,
    "group_id": None,
    "respondents": [],
    "subjects": [],
    "submitted": [],
    "shared_with_team": [],
    "cells": "",
    "asked": "",
}
"""What each says for itself, and is packed in its place."""
_FIELDS = MeasurementState.model_fields
_REST: dict[str, Any] = {
    name: (each.annotation, each) for name, each in _FIELDS.items() if name not in _ALIKE | _BLANK.keys()
}
_Rest: type[WireModel] = create_model("_Rest", __base__=WireModel, **_REST)
"""Whatever else the contract comes to say of each."""

_SEAT_IDS = ("person_id", "unit_id", "area_id", "leader_id", "leader_person_id")
_SEAT_TEXTS = ("professional_group", "municipality_code", "role", "leader_label")


def pack(state: MeasurementState) -> bytes:
    """Write a measurement but for its cells and who was asked, which follow its packed form."""
    heading = state.model_dump_json(include=_ALIKE, by_alias=True).encode()
    rest = state.model_dump_json(include=set(_REST), by_alias=True).encode() if _REST else b""
    mutual = state.respondents == state.subjects
    subjects = [] if mutual else state.subjects
    said = bytes(state.submitted), bytes(state.shared_with_team)
    seats = b"".join(map(_pack_seat, [*state.respondents, *subjects]))
    body = b"".join((heading, rest, *said, seats))
    head = _HEAD.pack(
        state.version,
        state.id.bytes,
        blake2b(heading, digest_size=8).digest(),
        _flags(state) | _MUTUAL * mutual,
        state.round_id.bytes,
        state.case_id.bytes if state.case_id else b"",
        state.group_id.bytes if state.group_id else b"",
        _HEAD.size + len(body),
        *map(len, (heading, rest, *said, state.respondents, subjects)),
    )
    return head + body


def _flags(state: MeasurementState) -> int:
    return OF_CASE * (state.case_id is not None) | OF_GROUP * (state.group_id is not None)


def heading_of(row: bytes) -> MeasurementState:
    """Read what a row says like many others; all that is its own is blank."""
    length = _HEAD.unpack_from(row)[8]
    alike = from_json(row[_HEAD.size : _HEAD.size + length])
    return MeasurementState.model_validate({**_BLANK, **alike})


@dataclass(slots=True)
class Unpacker:
    """Reads packed rows, what is alike only once.

    The states it makes hold no cells: those are in the cube.
    """

    headings: dict[bytes, MeasurementState] = field(default_factory=dict)
    seats: dict[bytes, Seat] = field(default_factory=dict)

    def heading(self, row: bytes) -> MeasurementState:
        """Return what a row says like many others."""
        digest = row[DIGEST]
        found = self.headings.get(digest)
        if found is None:
            found = self.headings[digest] = heading_of(row)
        return found

    def measurement(self, row: bytes) -> Measurement:
        """Read a packed form with its cells and who was asked after it."""
        version, key, _, flags, round_id, case_id, group_id, end, *counts = _HEAD.unpack_from(row)
        heading, rest, submitted, shared, respondents, subjects = counts
        at = _HEAD.size + heading
        own = dict(_Rest.model_validate_json(row[at : at + rest])) if rest else {}
        at += rest
        marks = [mark == 1 for mark in row[at : at + submitted + shared]]
        at, raters = self._seats(row, at + submitted + shared, respondents)
        at, rated = self._seats(row, at, subjects)
        own |= {
            "version": version,
            "id": UUID(bytes=key),
            "round_id": UUID(bytes=round_id),
            "case_id": UUID(bytes=case_id) if flags & OF_CASE else None,
            "group_id": UUID(bytes=group_id) if flags & OF_GROUP else None,
            "respondents": raters,
            "subjects": raters if flags & _MUTUAL else rated,
            "submitted": marks[:submitted],
            "shared_with_team": marks[submitted:],
        }
        state = self.heading(row).model_copy(update=own)
        cells = len(state.respondents) * len(state.subjects) * len(state.items)
        return measurement_from(state, row[end : end + cells], row[end + cells :])

    def _seats(self, row: bytes, at: int, count: int) -> tuple[int, list[Seat]]:
        found = []
        for _ in range(count):
            (length,) = _LENGTH.unpack_from(row, at)
            start, at = at + _LENGTH.size, at + _LENGTH.size + length
            packed = row[start:at]
            seat = self.seats.get(packed)
            if seat is None:
                seat = self.seats[packed] = _unpack_seat(packed)
            found.append(seat)
        return at, found


def _pack_seat(seat: Seat) -> bytes:
    ids = [getattr(seat, name) for name in _SEAT_IDS]
    texts = [getattr(seat, name) for name in _SEAT_TEXTS]
    # No text holds the separator: PostgreSQL could not have stored it.
    said = "\0".join([seat.label, *(each for each in texts if each is not None)])
    body = b"".join(
        (
            _LENGTH.pack(_known([*ids, *texts])),
            seat.id.bytes,
            *(each.bytes for each in ids if each is not None),
            said.encode(),
        )
    )
    return _LENGTH.pack(len(body)) + body


def _known(values: Sequence[object]) -> int:
    return sum(1 << place for place, value in enumerate(values) if value is not None)


def _unpack_seat(packed: bytes) -> Seat:
    (known,) = _LENGTH.unpack_from(packed)
    ids = [name for place, name in enumerate(_SEAT_IDS) if known >> place & 1]
    texts = [name for place, name in enumerate(_SEAT_TEXTS, len(_SEAT_IDS)) if known >> place & 1]
    ends = range(_LENGTH.size + 16, _LENGTH.size + 16 * (len(ids) + 2), 16)
    first, *others = (UUID(bytes=packed[end - 16 : end]) for end in ends)
    label, *said = packed[ends[-1] :].decode().split("\0")
    named: dict[str, Any] = {**dict(zip(ids, others, strict=True)), **dict(zip(texts, said, strict=True))}
    return Seat(id=first, label=label, **named)
