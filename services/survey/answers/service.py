"""Use cases of answer exports: says what goes in and records it, then streams it in short transactions."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.survey.answers.code_book import COLUMNS, code_book_rows
from services.survey.answers.columns import columns_of, item_columns
from services.survey.answers.pseudonyms import Pseudonyms
from services.survey.answers.repository import (
    read_known_rounds,
    read_measured,
    read_plan,
    stand_still,
)
from services.survey.answers.rows import Layouting
from services.survey.answers.schemas import Content, ExportAnswers, FileFormat, Layout
from services.survey.answers.writing import JsonWriter, RowWriter, in_pieces
from services.survey.instruments.definition import Instrument
from services.survey.instruments.shelf import instruments_among
from shared.access.principal import Principal
from shared.audit import Access, record_accesses
from shared.database.connection import Database, Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem, broken_rule
from shared.spreadsheet import CsvWriter

_MEASUREMENTS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What an export takes in: which measurements, by which instruments."""

    wanted: ExportAnswers
    measurements: Sequence[UUID]
    instruments: Sequence[Instrument]

    @property
    def file_name(self) -> str:
        """What the file is called: nothing in it was sent by anybody."""
        stem = "code-book" if self.wanted.content is Content.CODE_BOOK else "answers"
        return f"samspil-{stem}-{self.wanted.layout}.{self.wanted.format}"


async def plan_export(transaction: Transaction, wanted: ExportAnswers) -> Plan:
    """Find out what an export takes in, and record its purpose with every round of it.

    Raises
    ------
    Problem
        422 for rounds that there aren't, and for a wide export of no particular instrument.
    """
    if wanted.layout is Layout.WIDE and wanted.instrument is None:
        detail = "One column cannot hold items of several instruments: name one."
        raise broken_rule("/instrument", "instrument-needed", detail)
    await _require_rounds(transaction, wanted)
    rows = await read_plan(transaction, wanted)
    keys = {(transaction.tenant, row.instrument, row.instrument_version) for row in rows}
    instruments = await instruments_among(transaction, keys)
    if wanted.content is Content.ANSWERS:
        rounds = dict.fromkeys(row.round_id for row in rows)
        accesses = (Access("export-answers", "round", each, wanted.purpose) for each in rounds)
        await record_accesses(transaction, accesses)
    return Plan(wanted, [row.id for row in rows], list(instruments.values()))


async def _require_rounds(transaction: Transaction, wanted: ExportAnswers) -> None:
    asked = wanted.round_ids or []
    known = await read_known_rounds(transaction, asked) if asked else set()
    unknown = [
        FieldError(f"/roundIds/{place}", "unknown-round", "There is no such round.")
        for place, each in enumerate(asked)
        if each not in known
    ]
    if unknown:
        raise Problem(BROKEN_RULE, unknown)


def writer_of(plan: Plan) -> RowWriter:
    """Return what writes the export's file."""
    wanted = plan.wanted
    is_book = wanted.content is Content.CODE_BOOK
    columns = COLUMNS if is_book else columns_of(wanted.layout, plan.instruments)
    if wanted.format is FileFormat.CSV:
        return CsvWriter(columns)
    return JsonWriter(columns, wanted.content, wanted.layout)


async def write_export(
    database: Database, caller: Principal, plan: Plan, writer: RowWriter
) -> AsyncGenerator[bytes, None]:
    """Write the file piece by piece; a few measurements at a time are held, and no transaction meanwhile.

    What is erased before its turn comes is not in it any more.
    """
    yield writer.start()
    if plan.wanted.content is Content.CODE_BOOK:
        for piece in in_pieces(writer, code_book_rows(plan.wanted.layout, plan.instruments)):
            yield piece
    else:
        async for piece in _answers(database, caller, plan, writer):
            yield piece
    yield writer.end()


async def _answers(
    database: Database, caller: Principal, plan: Plan, writer: RowWriter
) -> AsyncIterator[bytes]:
    wanted = plan.wanted
    items = item_columns(plan.instruments) if wanted.layout is Layout.WIDE else ()
    layouting = Layouting(wanted.layout, items, wanted.language, Pseudonyms())
    for start in range(0, len(plan.measurements), _MEASUREMENTS_AT_ONCE):
        some = plan.measurements[start : start + _MEASUREMENTS_AT_ONCE]
        async with database.transaction(caller.tenant, caller) as transaction:
            await stand_still(transaction)
            found = await read_measured(transaction, some, wanted.versions)
        for measured in found:
            for piece in in_pieces(writer, layouting.rows_of(measured)):
                yield piece
                await asyncio.sleep(0)  # let others have their turn
