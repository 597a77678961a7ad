"""PostgreSQL's binary COPY is read the same however it is cut."""

from struct import pack

import pytest

from services.analytics.resident.copy_stream import CopyStream

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)


def copied(*values: bytes) -> bytes:
    return _HEAD + b"".join(pack(">hi", 1, len(value)) + value for value in values) + b"\xff\xff"


VALUES = (b"", b"one", b"\xff\xff", bytes(300))


class TestCopyStream:
    @pytest.mark.parametrize("size", [1, 2, 3, 7, 20, 64, 1000])
    async def test_however_it_is_cut(self, size: int) -> None:
        whole, stream = copied(*VALUES), CopyStream()
        for at in range(0, len(whole), size):
            await stream.take(whole[at : at + size])
        assert stream.end() == list(VALUES)

    async def test_of_no_row(self) -> None:
        stream = CopyStream()
        await stream.take(copied())
        assert stream.end() == []

    @pytest.mark.parametrize("lost", [1, 2, 100])
    async def test_one_that_broke_off_is_refused(self, lost: int) -> None:
        stream = CopyStream()
        await stream.take(copied(*VALUES)[:-lost])
        with pytest.raises(ValueError, match="whole"):
            stream.end()

    @pytest.mark.parametrize("row", [pack(">hi", 1, -1), pack(">hihi", 2, 0, 0, 0)])
    async def test_another_shape_is_refused(self, row: bytes) -> None:
        with pytest.raises(ValueError, match="shape"):
            await CopyStream().take(_HEAD + row + b"\xff\xff")
