"""Reads measurements as whole things: a case in one wave, and everything closed of a tenant."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.analytics.projection.holdings import Holdings, Register, Wave
from services.analytics.projection.measurement import Measurement, measurement_of
from services.analytics.projection.repository import read_cubes, read_register, read_whole_register
from services.analytics.projection.selection import one_of
from services.analytics.projection.tables import measurement_cube
from shared.contracts.register import (
    AREA,
    CASE,
    COLLABORATION_GROUP,
    ENROLMENT,
    STUDY,
    UNIT,
    AreaState,
    CaseState,
    EnrolmentState,
    GroupState,
    StudyState,
    UnitState,
)
from shared.contracts.survey import Form, RoundState
from shared.database.connection import Transaction


@dataclass(frozen=True, slots=True)
class CaseData:
    """A case's measurements in one wave, and what the register knows of the case."""

    measurements: Sequence[Measurement]
    case: CaseState | None

    def of(self, form: Form) -> Measurement | None:
        """Return the measurement of one form."""
        return one_of(self.measurements, form)


async def read_case(transaction: Transaction, case_id: UUID, wave: str) -> CaseData:
    """Return what there is of a case in a wave, whatever state its round is in."""
    rows = await read_cubes(
        transaction, measurement_cube.c.case_id == case_id, measurement_cube.c.wave == wave
    )
    known = await read_register(transaction, CASE, case_id)
    case = CaseState.model_validate(known) if known else None
    return CaseData([measurement_of(row) for row in rows], case)


async def read_closed(transaction: Transaction, wave: str) -> list[Measurement]:
    """Return the measurements of all cases whose round of a wave is closed."""
    rows = await read_cubes(
        transaction,
        measurement_cube.c.wave == wave,
        measurement_cube.c.round_state == RoundState.CLOSED,
        measurement_cube.c.case_id.is_not(None),
    )
    return [measurement_of(row) for row in rows]


async def read_holdings(transaction: Transaction) -> Holdings:
    """Return everything closed of the transaction's tenant."""
    rows = await read_cubes(transaction, measurement_cube.c.round_state == RoundState.CLOSED)
    known = await read_whole_register(transaction, (AREA, UNIT, COLLABORATION_GROUP, STUDY, ENROLMENT))
    measurements = [measurement_of(row) for row in rows]
    of_cases = [each for each in measurements if each.state.case_id is not None]
    ordered = sorted(of_cases, key=lambda each: (each.state.wave_ordinal, each.state.wave, each.state.id))
    return Holdings(
        _data_version([*rows, *known]),
        {code: Wave(code, list(own)) for code, own in groupby(ordered, key=lambda each: each.state.wave)},
        [each for each in measurements if each.state.group_id is not None],
        _register(known),
    )


def _register(rows: Sequence[Row[Any]]) -> Register:
    states = {kind: [row.state for row in own] for kind, own in groupby(rows, key=lambda row: row.kind)}
    areas = [AreaState.model_validate(each) for each in states.get(AREA, ())]
    units = [UnitState.model_validate(each) for each in states.get(UNIT, ())]
    groups = [GroupState.model_validate(each) for each in states.get(COLLABORATION_GROUP, ())]
    studies = [StudyState.model_validate(each) for each in states.get(STUDY, ())]
    return Register(
        areas={each.id: each for each in areas},
        units={each.id: each for each in units},
        groups={each.id: each for each in groups},
        studies={each.id: each for each in studies},
        enrolments=[EnrolmentState.model_validate(each) for each in states.get(ENROLMENT, ())],
    )


def _data_version(rows: Sequence[Row[Any]]) -> str:
    digest = blake2b(digest_size=12)
    for row in rows:
        digest.update(row.id.bytes + row.version.to_bytes(8, "big"))
    return digest.hexdigest()
