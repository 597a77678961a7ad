"""Reads a case in one wave as a whole thing, whatever state its round is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.analytics.projection.measurement import Measurement, measurement_of
from services.analytics.projection.repository import read_cubes, read_register
from services.analytics.projection.selection import one_of
from services.analytics.projection.tables import measurement_cube
from shared.contracts.register import CASE, CaseState
from shared.contracts.survey import Form
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
