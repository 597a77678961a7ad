"""Lists in pages: by key, never by offset, so the millionth page costs what the first does."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field
from sqlalchemy import Row, Select, Table

from shared.database.connection import Transaction
from shared.errors import INVALID_CURSOR, Problem
from shared.wire import WireModel

Item = TypeVar("Item")


class Page(WireModel, Generic[Item]):
    """One page of a list; `nextCursor` leads to the next, and is null on the last."""

    items: list[Item]
    next_cursor: str | None = Field(description="Send as `cursor` to get the next page.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How much of a list is wanted, and after which row."""

    size: int
    after: UUID | None


async def _page_request(
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=200, description="Items a page.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=64, description="`nextCursor` of the page before.")
    ] = None,
) -> PageRequest:
    return PageRequest(page_size, None if cursor is None else _decode(cursor))


Paging = Annotated[PageRequest, Depends(_page_request)]
"""A list route's `pageSize` and `cursor`."""


def _encode(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _decode(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise Problem(INVALID_CURSOR) from error


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
    if wanted.after is not None:
        statement = statement.where(table.c.id > wanted.after)
    rows = await transaction.rows(statement.order_by(table.c.id).limit(wanted.size + 1))
    return page_of(rows, wanted, view)


def page_of(rows: Sequence[Row[Any]], wanted: PageRequest, view: Callable[[Row[Any]], Item]) -> Page[Item]:
    """Make a page of one row more than was asked for, if there is one more."""
    shown = rows[: wanted.size]
    cursor = _encode(shown[-1].id) if len(rows) > wanted.size else None
    return Page(items=[view(row) for row in shown], next_cursor=cursor)


def next_link(request: Request, cursor: str) -> str:
    """Write the `Link` header that leads to the next page, relative to this one."""
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f'<?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'
