"""Routes of classification."""

from fastapi import Request
from starlette.responses import Response

from services.cases.classification import service
from services.cases.classification.schemas import (
    CaseClassificationView,
    ClassificationView,
    PreviewClassification,
)
from services.cases.register.api import READERS, CaseId
from services.cases.register.service import require_case_for_caller
from shared.access.policy import allow
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.representation import represent

router = strict_router("classification")


@router.get(
    "/v1/cases/{caseId}/classification",
    dependencies=[allow(*READERS)],
    response_model=CaseClassificationView,
)
async def get_classification(request: Request, case_id: CaseId, transaction: InTransaction) -> Response:
    """Read how complex a case is, why, and how that came to be."""
    await require_case_for_caller(transaction, case_id)
    return represent(request, await service.explain_case(transaction, case_id))


@router.post(
    "/v1/classification-previews",
    dependencies=[allow(*READERS)],
    response_model=ClassificationView,
)
async def preview_classification(
    request: Request, wanted: PreviewClassification, transaction: InTransaction
) -> Response:
    """Classify a case that isn't registered, as at first contact."""
    return represent(request, await service.preview_classification(transaction, wanted))
