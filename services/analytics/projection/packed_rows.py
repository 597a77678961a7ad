"""Many packed measurements in the order of waves; each is unpacked when somebody first looks at it."""

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from services.analytics.projection.measurement import Measurement
from services.analytics.projection.packing import DIGEST, ID, OF_CASE, OF_GROUP, PREFIX, Unpacker
from services.analytics.projection.selection import Kind

_ROW_BYTES = 60
"""What a row takes beyond its bytes: the object, and the places that refer to it."""
_UNPACKED_BYTES = 8_500
"""What an unpacked measurement takes, about, with what is kept of it; seats are shared."""

Places = npt.NDArray[np.int64]


class PackedRows:
    """Closed measurements as they were loaded. What was unpacked stays so, also when newer rows come."""

    def __init__(self, rows: Iterable[bytes], unpacked: dict[bytes, Measurement] | None = None) -> None:
        found = list(rows)
        known = unpacked or {}
        self._unpacker = Unpacker()
        self._waves, order = self._in_order(found)
        self._rows = [found[place] for place in order.tolist()]
        self._measurements: list[Measurement | None] = [known.get(row[ID]) for row in self._rows]
        self._unpacked = len(known)
        self._bytes = sum(map(len, found)) + _ROW_BYTES * len(found)

    @property
    def size(self) -> int:
        """How many bytes are held, about."""
        return self._bytes + _UNPACKED_BYTES * self._unpacked

    def waves(self) -> dict[str, "PackedMeasurements"]:
        """Return the cases' measurements by wave, in the order of the waves' ordinals."""
        return {code: PackedMeasurements(self, places) for code, places in self._waves.items() if code}

    def of_groups(self) -> "PackedMeasurements":
        """Return the collaboration groups' measurements."""
        return PackedMeasurements(self, self._waves.get("", range(0)))

    def with_newer(self, rows: Sequence[bytes]) -> "PackedRows":
        """Return what is held when newer rows take the places of older."""
        newer = {row[ID]: row for row in rows}
        kept = {row[ID]: each for row, each in zip(self._rows, self._measurements, strict=True) if each}
        unpacked = {key: each for key, each in kept.items() if key not in newer}
        return PackedRows(({row[ID]: row for row in self._rows} | newer).values(), unpacked)

    def measurement(self, place: int) -> Measurement:
        """Return a measurement, unpacked."""
        found = self._measurements[place]
        if found is None:
            found = self._measurements[place] = self._unpacker.measurement(self._rows[place])
            self._unpacked += 1
        return found

    def rows(self, places: range) -> list[bytes]:
        """Return measurements as they were loaded."""
        return self._rows[places.start : places.stop]

    def kinds(self, places: range) -> list[Kind]:
        """Return what is needed to choose measurements, without unpacking them."""
        kinds = {
            digest: Kind(each.form, each.instrument, each.instrument_version)
            for digest, each in self._unpacker.headings.items()
        }
        return [kinds[row[DIGEST]] for row in self.rows(places)]

    def _in_order(self, rows: Sequence[bytes]) -> tuple[dict[str, range], Places]:
        """Find the order of waves and ids, and where each wave stands; groups' are at the end, as `""`."""
        heads: npt.NDArray[Any] = np.frombuffer(
            b"".join([row[: PREFIX.itemsize] for row in rows]), dtype=PREFIX
        )
        _, first, which = np.unique(heads["digest"], return_index=True, return_inverse=True)
        headings = [self._unpacker.heading(rows[place]) for place in first.tolist()]
        ordinals: dict[str, int] = {}
        for each in headings:
            ordinals[each.wave] = min(each.wave_ordinal, ordinals.get(each.wave, each.wave_ordinal))
        codes = sorted(ordinals, key=lambda code: (ordinals[code], code))
        ranks = np.array([codes.index(each.wave) for each in headings], dtype=np.int64)[which]
        # A measurement of neither would be nobody's; there is none.
        ranks[(heads["flags"] & OF_CASE) == 0] = len(codes)
        kept = (heads["flags"] & (OF_CASE | OF_GROUP)) != 0
        order = np.lexsort((heads["id"], ranks))
        order = order[kept[order]]
        bounds = np.searchsorted(ranks[order], np.arange(len(codes) + 2)).tolist()
        spans = {
            code: range(*bounds[rank : rank + 2])
            for rank, code in enumerate([*codes, ""])
            if bounds[rank] < bounds[rank + 1]
        }
        return spans, order


class PackedMeasurements(Sequence[Measurement]):
    """Some measurements of those that are held, as a sequence like any other."""

    def __init__(self, rows: PackedRows, places: range) -> None:
        self._rows = rows
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Measurement: ...
    @overload
    def __getitem__(self, at: slice) -> "PackedMeasurements": ...
    def __getitem__(self, at: int | slice) -> "Measurement | PackedMeasurements":
        if isinstance(at, slice):
            return PackedMeasurements(self._rows, self._places[at])
        return self._rows.measurement(self._places[at])

    def packed(self) -> list[bytes]:
        """Return them as they were loaded."""
        return self._rows.rows(self._places)

    def kinds(self) -> list[Kind]:
        """Return what each is, without unpacking it."""
        return self._rows.kinds(self._places)
