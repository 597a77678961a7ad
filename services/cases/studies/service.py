"""Use cases of studies: plan one, and enrol cases in its arms."""

from uuid import UUID, uuid5

from services.cases.register.repository import CASE_ROWS
from services.cases.studies.repository import ENROLMENT_ROWS, STUDY_ROWS
from services.cases.studies.schemas import PutEnrolment, PutStudy
from shared.database.connection import Transaction
from shared.errors import broken_rule
from shared.representation import Precondition
from shared.resources import Put, put_row, read_row


async def put_study(
    transaction: Transaction, study_id: UUID, wanted: PutStudy, precondition: Precondition
) -> Put:
    """Create or change a study."""
    return await put_row(transaction, STUDY_ROWS, study_id, wanted.model_dump(mode="json"), precondition)


def enrolment_id(study_id: UUID, case_id: UUID) -> UUID:
    """Return the id of a case's one place in a study."""
    return uuid5(study_id, str(case_id))


async def put_enrolment(
    transaction: Transaction,
    place: tuple[UUID, UUID],
    wanted: PutEnrolment,
    precondition: Precondition,
) -> Put:
    """Enrol a case (`place` is study and case) in an arm the study has."""
    study_id, case_id = place
    study = await read_row(transaction, STUDY_ROWS, study_id)
    await read_row(transaction, CASE_ROWS, case_id)
    if wanted.arm not in {arm["code"] for arm in study.arms}:
        raise broken_rule("/arm", "unknown-arm", "The study has no such arm.")
    values = {"study_id": study_id, "case_id": case_id, **wanted.model_dump()}
    return await put_row(transaction, ENROLMENT_ROWS, enrolment_id(study_id, case_id), values, precondition)
