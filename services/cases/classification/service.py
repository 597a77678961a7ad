"""Use cases of classification: classify a case as it is, note a change, preview."""

from uuid import UUID

from services.cases.classification.complexity import Classification, classify
from services.cases.classification.jobs import has_open_jobs
from services.cases.classification.reasons import Reason
from services.cases.classification.repository import (
    KEPT,
    active_rules,
    add_classification,
    counted_parts,
    keep_classification,
    read_history,
    read_kept,
    read_parts,
)
from services.cases.classification.rule_sets import chosen_rules
from services.cases.classification.schemas import (
    CaseClassificationView,
    ClassificationAt,
    ClassificationView,
    LevelTransition,
    PreviewClassification,
    PreviewRuleSet,
    RuleSetPreviewView,
    classification_view,
)
from services.cases.classification.statements import read_transitions
from services.cases.organisation.repository import known_ids
from services.cases.organisation.tables import unit
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.register import CASE_CLASSIFIED
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem, broken_rule
from shared.wire import Language

_EXAMPLES = 50


async def classify_case(transaction: Transaction, case_id: UUID) -> Classification:
    """Classify a case by the parts active now and the tenant's rules."""
    return classify(await read_parts(transaction, case_id), await active_rules(transaction))


async def note_classification(
    transaction: Transaction, case_id: UUID, reason: Reason = Reason.REGISTRATION
) -> Classification:
    """Classify a case after a change: keep the result on its row, and in its history if it differs.

    The caller has advanced the case's version in this transaction and logs that change; a change of
    level is logged here, under the same version.
    """
    current = await classify_case(transaction, case_id)
    kept = await read_kept(transaction, case_id)
    values = {name: getattr(current, name) for name in KEPT}
    if kept.classified and all(getattr(kept, name) == value for name, value in values.items()):
        return current
    version = await keep_classification(transaction, case_id, values)
    explanation = classification_view(current).model_dump(mode="json", by_alias=True)
    row = {
        **values,
        "units": current.units,
        "authority_functions": current.authority_functions,
        "explanation": explanation,
        "reason": reason,
    }
    await add_classification(transaction, case_id, row)
    if kept.classified and kept.level != current.level:
        await log_change(transaction, CASE_CLASSIFIED, case_id, version)
    return current


async def explain_case(
    transaction: Transaction, case_id: UUID, language: Language
) -> CaseClassificationView:
    """Return a case's complexity now, and its history with reasons."""
    history = await read_history(transaction, case_id)
    await record_access(transaction, Access("read", "case", case_id, "case-classification"))
    return CaseClassificationView(
        case_id=case_id,
        current=classification_view(await classify_case(transaction, case_id)),
        history=[
            ClassificationAt(
                at=row.at,
                reason=Reason(row.reason),
                description=Reason(row.reason).description(language),
                classification=ClassificationView.model_validate(row.explanation),
            )
            for row in history
        ],
    )


async def preview_classification(
    transaction: Transaction, wanted: PreviewClassification
) -> ClassificationView:
    """Classify what isn't registered, by the active rules or others.

    Raises
    ------
    Problem
        422 for unknown units, all of them, and for rules that don't hold together.
    """
    rules = await chosen_rules(transaction, wanted) or await active_rules(transaction)
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
    return classification_view(classify(parts, rules))


async def preview_rule_set(transaction: Transaction, wanted: PreviewRuleSet) -> RuleSetPreviewView:
    """Say what other rules would change over all cases, by the counts kept with each.

    Raises
    ------
    Problem
        422 if no rules are given, or they don't hold together.
    """
    rules = await chosen_rules(transaction, wanted)
    if rules is None:
        raise broken_rule("/ruleSet", "no-rule-set", "Name a rule set or spell one out.")
    found = await read_transitions(transaction, rules, _EXAMPLES)
    moving = [row for row in found if row["from_level"] != row["to_level"]]
    fair = _EXAMPLES // max(1, len(moving))
    return RuleSetPreviewView(
        rule_set=rules.name,
        cases=sum(row["cases"] for row in found),
        changed=sum(row["cases"] for row in moving),
        transitions=[
            LevelTransition(
                from_level=row["from_level"],
                to_level=row["to_level"],
                cases=row["cases"],
                examples=row["examples"][: max(1, fair)] if row in moving[:_EXAMPLES] else [],
            )
            for row in found
        ],
        is_settled=not await has_open_jobs(transaction),
    )
