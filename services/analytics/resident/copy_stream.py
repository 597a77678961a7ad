"""Takes PostgreSQL's binary COPY of one column apart while it comes in; refuses any other shape."""

from struct import Struct

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_START = len(_SIGNATURE) + 8
_ROW = Struct(">hi")
_END = b"\xff\xff"


class CopyStream:
    """The values of a column that is never null."""

    def __init__(self) -> None:
        self.values: list[bytes] = []
        self._left = b""
        self._at = _START
        self._is_whole = False

    async def take(self, part: bytes) -> None:
        """Take the next bytes; keep what is no whole row yet.

        Raises
        ------
        ValueError
            A row has more or fewer columns, or a null.
        """
        held = self._left + bytes(part)  # what the driver lends is its own again afterwards
        if len(held) < self._at:
            self._left = held
            return
        at = self._read(held)
        if held[at:] == _END:
            self._is_whole, at = True, len(held)
        self._left, self._at = held[at:], 0

    def end(self) -> list[bytes]:
        """Return the values, if all have come.

        Raises
        ------
        ValueError
            The stream has broken off.
        """
        if not self._is_whole:
            raise ValueError("a COPY that has not come whole")
        return self.values

    def _read(self, held: bytes) -> int:
        """Keep the values of whole rows; return where the first row begins that is not whole."""
        at, size, keep, head = self._at, len(held), self.values.append, _ROW.unpack_from
        while at + _ROW.size <= size:
            columns, length = head(held, at)
            if columns != 1 or length < 0:
                raise ValueError("a COPY of another shape")
            begin = at + _ROW.size
            end = begin + length
            if end > size:
                break
            keep(held[begin:end])
            at = end
        return at
