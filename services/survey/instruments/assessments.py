"""Use cases of unit assessments: what is known of a unit from elsewhere than a questionnaire."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.instruments.definition import Instrument
from services.survey.instruments.repository import (
    ASSESSMENT_ROWS,
    UNIT_ASSESSMENT,
    select_assessments,
)
from services.survey.instruments.schemas import PutUnitAssessment, UnitAssessmentView
from services.survey.instruments.shelf import find_instrument
from services.survey.instruments.tables import unit_assessment
from shared.audit import Access, record_access
from shared.contracts.survey import Form
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem, broken_rule
from shared.paging import Page, PageRequest, read_page
from shared.representation import Precondition
from shared.resources import Put, put_row, read_row, view_of


async def put_assessment(
    transaction: Transaction, assessment_id: UUID, wanted: PutUnitAssessment, precondition: Precondition
) -> Put:
    """Create or change an assessment.

    Raises
    ------
    Problem
        412 if the precondition does not hold; 422 for what does not fit the instrument, all of it.
    """
    instrument = await find_instrument(transaction, wanted.instrument, wanted.instrument_version)
    if instrument is None:
        raise broken_rule("/instrument", "unknown-instrument", "There is no such instrument.")
    if wrong := list(_misfits(instrument, wanted)):
        raise Problem(BROKEN_RULE, wrong)
    put = await put_row(
        transaction,
        ASSESSMENT_ROWS,
        assessment_id,
        {
            **wanted.model_dump(exclude={"answers"}),
            "answers": [each.model_dump(mode="json", by_alias=True) for each in wanted.answers],
            "recorded_by": transaction.caller.recorded_as,
        },
        precondition,
    )
    await record_access(transaction, Access("write", UNIT_ASSESSMENT, assessment_id, "assessment"))
    return put


def _misfits(instrument: Instrument, wanted: PutUnitAssessment) -> Iterator[FieldError]:
    if instrument.form is not Form.COLLABORATION:
        yield FieldError("/instrument", "wrong-form", "A unit is not what this instrument is about.")
        return
    for index, answer in enumerate(wanted.answers):
        if answer.item_id not in instrument.item_ids:
            yield FieldError(f"/answers/{index}/itemId", "unknown-item", "There is no such item.")
        if answer.value not in instrument.scale.values:
            yield FieldError(f"/answers/{index}/value", "off-scale", "It is not on the scale.")


async def show_assessment(transaction: Transaction, assessment_id: UUID) -> UnitAssessmentView:
    """Return one assessment."""
    return _view(await read_row(transaction, ASSESSMENT_ROWS, assessment_id))


async def list_assessments(
    transaction: Transaction, unit_id: UUID | None, page: PageRequest
) -> Page[UnitAssessmentView]:
    """List assessments of one unit, or of all."""
    return await read_page(transaction, select_assessments(unit_id), unit_assessment, page, _view)


def _view(row: Row[Any]) -> UnitAssessmentView:
    return view_of(UnitAssessmentView, row)
