"""Writes a table as an SPSS system file (.sav), with labels, codes and missing values; pure.

Own code, since the one kept library that writes these files takes data frames alone, which nothing here
has at run time. Written from the description of the format in the manual of PSPP; read back in the tests
by another library. The header's time of writing is fixed: the same table has the same bytes. Texts of more
than 255 bytes lie in segments, as SPSS has them; one longer than it can have is cut, and ends in dots.
"""

import struct
import sys
from collections.abc import Iterator, Sequence

from services.analytics.exports.table import Column, Kind, Measure, Table
from shared.wire import Language

LONGEST_TEXT = 32_767
_LONGEST_LABEL = 255
_SEGMENT, _COUNTED_AS = 255, 252
_DOTS = "..."
_WRITTEN = b"01 Jan 7000:00:00"
_SYSTEM_MISSING = -sys.float_info.max
_HIGHEST, _LOWEST = sys.float_info.max, -sys.float_info.max
_UTF_8 = 65001
_FORMAT_TEXT, _FORMAT_NUMBER = 1, 5
_WIDTH, _DECIMALS = 12, 4
_MEASURES = {Measure.NOMINAL: 1, Measure.ORDINAL: 2, Measure.SCALE: 3}
_NAMES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_LONGEST_NAME = 64


def write_sav(table: Table, language: Language) -> bytes:
    """Write the file, labelled in one language.

    Raises
    ------
    ValueError
        If a column has a name that SPSS would not take, or more missing codes than it knows.
    """
    return b"".join(_parts(table, language))


def _parts(table: Table, language: Language) -> Iterator[bytes]:
    widths = [_width(table, place) for place in range(len(table.columns))]
    yield _header(table, language, sum(map(_units, widths)))
    for number, (column, width) in enumerate(zip(table.columns, widths, strict=True), start=1):
        yield from _variables(column, width, number, language)
    position = 1
    for column, width in zip(table.columns, widths, strict=True):
        if not width:
            yield _value_labels(column, position, language)
        position += _units(width)
    yield _documents(table)
    yield _extensions(table, widths, language)
    yield struct.pack("<ii", 999, 0)
    for row in table.rows:
        yield b"".join(_cell(cell, width) for cell, width in zip(row, widths, strict=True))


def _width(table: Table, place: int) -> int:
    """Return a text column's width in bytes, at least 1; 0 is a number."""
    if table.columns[place].kind is not Kind.TEXT:
        return 0
    codes = (str(code) for code in table.columns[place].values)
    cells = (str(row[place]) for row in table.rows if row[place] is not None)
    return max((len(_text(each)) for each in (*codes, *cells)), default=1) or 1


def _segments(width: int) -> list[int]:
    """Return the widths that a column is made of: itself, or those of a long text's segments."""
    if width <= _SEGMENT:
        return [width]
    full = (width - 1) // _COUNTED_AS
    return [_SEGMENT] * full + [width - full * _COUNTED_AS]


def _units(width: int) -> int:
    """Count the eight-byte units of a cell."""
    return sum((each + 7) // 8 or 1 for each in _segments(width))


def _text(text: str, longest: int = LONGEST_TEXT) -> bytes:
    """Write a text in UTF-8, cut between characters where it is too long."""
    body = text.encode()
    if len(body) <= longest:
        return body
    return body[: longest - len(_DOTS)].decode(errors="ignore").encode() + _DOTS.encode()


def _header(table: Table, language: Language, units: int) -> bytes:
    label = _text(table.title.in_language(language), 64)
    return struct.pack(
        "<4s60siiiiid17s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE Samspil".ljust(60),
        2,
        units,
        0,
        0,
        len(table.rows),
        100.0,
        _WRITTEN,
        label.ljust(64),
    )


def _variables(column: Column, width: int, number: int, language: Language) -> Iterator[bytes]:
    """Describe a column, and the further segments of a long text."""
    first, *further = _segments(width)
    yield _variable(column, first, number, language)
    for place, each in enumerate(further):
        form = _text_format(each)
        yield struct.pack("<iiiiii8s", 2, each, 0, 0, form, form, b"S%03d%04d" % (number, place))
        yield _continued(each)


def _variable(column: Column, width: int, number: int, language: Language) -> bytes:
    if not set(column.name) <= _NAMES or not column.name[0].isalpha() or len(column.name) > _LONGEST_NAME:
        raise ValueError(f"no name for a variable: {column.name}")
    if len(column.missing) > 3:
        raise ValueError(f"more than three missing codes: {column.name}")
    label = _text(column.label.in_language(language), _LONGEST_LABEL)
    form = _format(column, width)
    missing = struct.pack(f"<{len(column.missing)}d", *column.missing)
    head = struct.pack("<iiiiii8s", 2, width, 1, len(column.missing), form, form, _short_name(number))
    named = struct.pack("<i", len(label)) + _padded(label, 4, b"\0")
    return head + named + missing + _continued(width)


def _continued(width: int) -> bytes:
    """Stand for each further unit of a text."""
    return struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8) * (_units(width) - 1)


def _text_format(width: int) -> int:
    return _FORMAT_TEXT << 16 | width << 8


def _format(column: Column, width: int) -> int:
    if width:
        return _text_format(width)
    return _FORMAT_NUMBER << 16 | _WIDTH << 8 | (_DECIMALS if column.kind is Kind.NUMBER else 0)


def _short_name(number: int) -> bytes:
    return f"V{number:07d}".encode()


def _padded(body: bytes, unit: int, filling: bytes = b" ") -> bytes:
    return body + filling * (-len(body) % unit)


def _value_labels(column: Column, position: int, language: Language) -> bytes:
    """Say what a number's codes mean."""
    if not column.values:
        return b""
    entries = [
        struct.pack("<d", float(code)) + _padded(bytes([len(label)]) + label, 8)
        for code, said in column.values.items()
        for label in [_text(said.in_language(language), 120)]
    ]
    return struct.pack("<ii", 3, len(entries)) + b"".join(entries) + struct.pack("<iii", 4, 1, position)


def _documents(table: Table) -> bytes:
    """Keep where the figures come from in the file's notes, 80 bytes a line."""
    lines = [_text(f"{name}: {value}", 80).ljust(80) for name, value in table.provenance.items()]
    return struct.pack("<ii", 6, len(lines)) + b"".join(lines) if lines else b""


def _extensions(table: Table, widths: Sequence[int], language: Language) -> bytes:
    shown = [
        number
        for column, width in zip(table.columns, widths, strict=True)
        for number in (_MEASURES[column.measure], min(width, 40) or _WIDTH, 0 if width else 1)
        * len(_segments(width))
    ]
    names = "\t".join(
        f"{_short_name(number).decode()}={column.name}" for number, column in enumerate(table.columns, 1)
    )
    return b"".join(
        [
            _extension(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, _UTF_8)),
            _extension(4, 8, struct.pack("<3d", _SYSTEM_MISSING, _HIGHEST, _next_above(_LOWEST))),
            _extension(11, 4, struct.pack(f"<{len(shown)}i", *shown)),
            _extension(13, 1, names.encode()),
            _long_texts(widths),
            _extension(20, 1, b"UTF-8"),
            _labels_of_texts(table, widths, language),
        ]
    )


def _long_texts(widths: Sequence[int]) -> bytes:
    """Say which columns have further segments, and how wide they are together."""
    long = [(number, width) for number, width in enumerate(widths, 1) if width > _SEGMENT]
    body = b"".join(_short_name(number) + b"=%05d\0\t" % width for number, width in long)
    return _extension(14, 1, body) if body else b""


def _next_above(number: float) -> float:
    """Return the lowest number that is not the system's missing value."""
    return float.fromhex("-0x1.ffffffffffffep+1023") if number == _LOWEST else number


def _extension(subtype: int, size: int, body: bytes) -> bytes:
    return struct.pack("<iiii", 7, subtype, size, len(body) // size) + body


def _labels_of_texts(table: Table, widths: Sequence[int], language: Language) -> bytes:
    """Say what a text's codes mean; a record of its own holds the long ones."""
    body = b""
    for column, width in zip(table.columns, widths, strict=True):
        if not width or not column.values:
            continue
        body += _counted(column.name.encode()) + struct.pack("<ii", width, len(column.values))
        for code, said in column.values.items():
            label = _text(said.in_language(language), 120)
            body += _counted(_text(str(code)).ljust(width)) + _counted(label)
    return _extension(21, 1, body) if body else b""


def _counted(body: bytes) -> bytes:
    return struct.pack("<i", len(body)) + body


def _cell(cell: object, width: int) -> bytes:
    if width:
        return _text_cell(_text("" if cell is None else str(cell)), width)
    return struct.pack("<d", float(cell) if isinstance(cell, (int, float)) else _SYSTEM_MISSING)


def _text_cell(body: bytes, width: int) -> bytes:
    """Lay a text out in its segments, which hold 255 bytes each."""
    parts = []
    for place, segment in enumerate(_segments(width)):
        part = body[place * _SEGMENT :][:segment]
        parts.append(_padded(part.ljust(segment), 8))
    return b"".join(parts)
