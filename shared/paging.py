"""Lists in pages: by key, never by offset, so the millionth page costs what the first does.

A cursor says after which row to go on, exactly, and only in the list it was written for: one with
another order or other filters refuses it.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from struct import pack, unpack
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request
from pydantic import Field
from sqlalchemy import Column, Row, Select, Table, tuple_

from shared.database.connection import Transaction
from shared.errors import INVALID_CURSOR, Problem
from shared.wire import WireModel

Item = TypeVar("Item")

LONGEST_CURSOR = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DIGEST_BYTES = 8
_MOMENT_BYTES = 8
_FIGURE_BYTES = 8
_ID_BYTES = 16


class Page(WireModel, Generic[Item]):
    """One page of a list; `nextCursor` leads to the next, and is null on the last."""

    items: list[Item] = Field(max_length=200)
    next_cursor: str | None = Field(
        description="Send as `cursor` to get the next page.", max_length=LONGEST_CURSOR, examples=[None]
    )


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How much of a list is wanted, and after which row."""

    size: int
    cursor: str | None


async def _page_request(
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=200, description="Items a page.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=LONGEST_CURSOR, description="`nextCursor` of the page before.")
    ] = None,
) -> PageRequest:
    return PageRequest(page_size, cursor)


Paging = Annotated[PageRequest, Depends(_page_request)]
"""A list route's `pageSize` and `cursor`."""


@dataclass(frozen=True, slots=True)
class MomentOrder:
    """Rows in the order of a time, then of their ids, up or down.

    Parameters
    ----------
    name : str
        Which of a table's times; the result column of this name holds it.
    filters : mapping
        What else the list depends on; a cursor goes on only where they are the same.
    """

    table: Table
    name: str
    descending: bool = False
    filters: Mapping[str, object] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[Column[Any], Column[Any]]:
        """The columns rows are ordered by."""
        return self.table.c[self.name], self.table.c.id

    @property
    def digest(self) -> bytes:
        """What tells this list from others."""
        said = [self.table.name, self.name, self.descending, self.filters]
        return hashlib.blake2b(
            orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=_DIGEST_BYTES
        ).digest()

    def cursor_after(self, row: Row[Any]) -> str:
        """Write the cursor that goes on after a row."""
        return self.cursor_at(getattr(row, self.name), row.id)

    def cursor_at(self, moment: datetime, row_id: UUID) -> str:
        """Write the cursor that goes on after a place, whether there is a row or not."""
        microseconds = (moment - _EPOCH) // _MICROSECOND
        return _encode(
            self.digest + microseconds.to_bytes(_MOMENT_BYTES, "big", signed=True) + row_id.bytes
        )

    def place_of(self, cursor: str) -> tuple[datetime, UUID]:
        """Read where a cursor goes on.

        Raises
        ------
        Problem
            400: it is none, or was written for another list.
        """
        raw = _decode(cursor)
        digest, rest = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if len(rest) != _MOMENT_BYTES + _ID_BYTES or digest != self.digest:
            raise Problem(INVALID_CURSOR)
        microseconds = int.from_bytes(rest[:_MOMENT_BYTES], "big", signed=True)
        try:
            return _EPOCH + microseconds * _MICROSECOND, UUID(bytes=rest[_MOMENT_BYTES:])
        except OverflowError as error:
            raise Problem(INVALID_CURSOR) from error


@dataclass(frozen=True, slots=True)
class FigureOrder:
    """Things worked out, not read: those with the highest figure first, then in the order of their ids."""

    name: str
    filters: Mapping[str, object]

    @property
    def digest(self) -> bytes:
        """What tells this list from others."""
        said = orjson.dumps([self.name, self.filters], option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(said, digest_size=_DIGEST_BYTES).digest()

    def page(self, figures: Mapping[UUID, float], wanted: PageRequest) -> tuple[Sequence[UUID], str | None]:
        """Return whose figures are on a page, and the cursor of the next.

        Raises
        ------
        Problem
            400: the cursor is none, or was written for another list.
        """
        places = sorted((-figure, row_id) for row_id, figure in figures.items())
        if wanted.cursor is not None:
            after = self._place_of(wanted.cursor)
            places = [place for place in places if place > after]
        shown = places[: wanted.size]
        cursor = self._cursor_after(*shown[-1]) if len(places) > wanted.size else None
        return [row_id for _, row_id in shown], cursor

    def _cursor_after(self, sunk: float, row_id: UUID) -> str:
        return _encode(self.digest + pack(">d", sunk) + row_id.bytes)

    def _place_of(self, cursor: str) -> tuple[float, UUID]:
        raw = _decode(cursor)
        digest, rest = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if len(rest) != _FIGURE_BYTES + _ID_BYTES or digest != self.digest:
            raise Problem(INVALID_CURSOR)
        (sunk,) = unpack(">d", rest[:_FIGURE_BYTES])
        return sunk, UUID(bytes=rest[_FIGURE_BYTES:])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(cursor: str) -> bytes:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise Problem(INVALID_CURSOR) from error


def _decode_id(cursor: str) -> UUID:
    raw = _decode(cursor)
    if len(raw) != _ID_BYTES:
        raise Problem(INVALID_CURSOR)
    return UUID(bytes=raw)


async def read_page(
    transaction: Transaction,
    statement: Select[Any],
    table: Table,
    wanted: PageRequest,
    view: Callable[[Row[Any]], Item],
) -> Page[Item]:
    """Read one page of a tenant's rows in the order of their ids.

    Parameters
    ----------
    statement : Select
        Selects rows of `table`, its `id` among the columns; filters may be on it already.
    """
    statement = statement.where(table.c.tenant_id == transaction.tenant)
    if wanted.cursor is not None:
        statement = statement.where(table.c.id > _decode_id(wanted.cursor))
    rows = await transaction.rows(statement.order_by(table.c.id).limit(wanted.size + 1))
    return _page_of(rows, wanted.size, view, lambda row: _encode(row.id.bytes))


async def read_page_by_moment(
    transaction: Transaction,
    statement: Select[Any],
    order: MomentOrder,
    wanted: PageRequest,
    view: Callable[[Row[Any]], Item],
) -> Page[Item]:
    """Read one page of a tenant's rows in the order of a time.

    A row whose time changes between two pages moves with it: up, it may be met again; all others are met
    exactly once.

    Parameters
    ----------
    statement : Select
        Selects rows of the order's table, its `id` and the time among the columns.
    """
    statement = statement.where(order.table.c.tenant_id == transaction.tenant)
    place = tuple_(*order.columns)
    if wanted.cursor is not None:
        after = tuple_(*order.place_of(wanted.cursor))
        statement = statement.where(place < after if order.descending else place > after)
    ordered = [column.desc() if order.descending else column for column in order.columns]
    rows = await transaction.rows(statement.order_by(*ordered).limit(wanted.size + 1))
    return _page_of(rows, wanted.size, view, order.cursor_after)


def _page_of(
    rows: Sequence[Row[Any]],
    size: int,
    view: Callable[[Row[Any]], Item],
    cursor_after: Callable[[Row[Any]], str],
) -> Page[Item]:
    """Make a page of one row more than was asked for, if there is one more."""
    shown = rows[:size]
    cursor = cursor_after(shown[-1]) if len(rows) > size else None
    return Page(items=[view(row) for row in shown], next_cursor=cursor)


def next_link(request: Request, cursor: str) -> str:
    """Write the `Link` header that leads to the next page, relative to this one."""
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f'<?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'
