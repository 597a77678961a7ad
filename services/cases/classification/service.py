"""Use cases of classification: classify a case as it is, note a change, preview."""

from uuid import UUID

from services.cases.classification.complexity import Classification, classify
from services.cases.classification.repository import (
    add_classification,
    counted_parts,
    read_history,
    read_latest,
    read_parts,
)
from services.cases.classification.schemas import (
    CaseClassificationView,
    ClassificationAt,
    ClassificationView,
    PreviewClassification,
    classification_view,
)
from services.cases.organisation.repository import known_ids
from services.cases.organisation.tables import unit
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem


async def classify_case(transaction: Transaction, case_id: UUID) -> Classification:
    """Classify a case by the parts active now."""
    return classify(await read_parts(transaction, case_id))


async def note_classification(transaction: Transaction, case_id: UUID) -> Classification:
    """Classify a case after a change; keep the result if it differs from the latest."""
    current = await classify_case(transaction, case_id)
    values = {
        "level": current.level,
        "units": current.units,
        "authority_functions": current.authority_functions,
        "rule_set": current.rule_set,
    }
    latest = await read_latest(transaction, case_id)
    if latest is None or any(getattr(latest, name) != value for name, value in values.items()):
        explanation = classification_view(current).model_dump(mode="json", by_alias=True)
        await add_classification(transaction, case_id, {**values, "explanation": explanation})
    return current


async def explain_case(transaction: Transaction, case_id: UUID) -> CaseClassificationView:
    """Return a case's complexity now, and its history."""
    history = await read_history(transaction, case_id)
    return CaseClassificationView(
        case_id=case_id,
        current=classification_view(await classify_case(transaction, case_id)),
        history=[
            ClassificationAt(at=row.at, classification=ClassificationView.model_validate(row.explanation))
            for row in history
        ],
    )


async def preview_classification(
    transaction: Transaction, wanted: PreviewClassification
) -> ClassificationView:
    """Classify what isn't registered."""
    known = await known_ids(transaction, unit, [each.unit_id for each in wanted.involvements])
    unknown = [
        FieldError(f"/involvements/{index}/unitId", "unknown-unit", "There is no such unit.")
        for index, each in enumerate(wanted.involvements)
        if each.unit_id not in known
    ]
    if unknown:
        raise Problem(BROKEN_RULE, unknown)
    parts = await counted_parts(
        transaction, [(each.unit_id, each.role, ()) for each in wanted.involvements]
    )
    return classification_view(classify(parts))
