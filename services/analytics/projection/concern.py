"""Says which results are about a person: the rated may see who read them."""

from uuid import UUID

from services.analytics.projection.repository import read_cubes, read_register
from services.analytics.projection.tables import measurement_cube
from shared.contracts.register import PROFESSIONAL, ProfessionalState
from shared.contracts.survey import MeasurementState
from shared.database.connection import Transaction


async def concerns_person(transaction: Transaction, person_id: UUID, subject_id: UUID) -> bool:
    """Tell whether a case, a group, a round or an employment has results about a person."""
    employment = await read_register(transaction, PROFESSIONAL, subject_id)
    if employment is not None:
        return ProfessionalState.model_validate(employment).person_id == person_id
    rows = await read_cubes(
        transaction,
        (measurement_cube.c.case_id == subject_id)
        | (measurement_cube.c.group_id == subject_id)
        | (measurement_cube.c.round_id == subject_id),
    )
    states = [MeasurementState.model_validate(row.state) for row in rows]
    return any(
        seat.person_id == person_id for state in states for seat in (*state.respondents, *state.subjects)
    )
