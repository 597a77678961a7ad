"""Routes of classification and of the rule sets it goes by."""

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.responses import Response

from services.cases.classification import rule_sets, service
from services.cases.classification.schemas import (
    ActiveRuleSetView,
    CaseClassificationView,
    ClassificationView,
    NameRuleSet,
    PreviewClassification,
    PreviewRuleSet,
    PutRuleSet,
    Revision,
    RuleSetPreviewView,
    RuleSetView,
)
from services.cases.register.api import READERS, CaseId
from services.cases.register.service import require_case_for_caller
from services.cases.register.visibility import EVERY_CASE
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.paging import Page, Paging
from shared.representation import Conditional, represent
from shared.wire import Code

router = strict_router("classification")

_EVERYBODY = (*READERS, *EVERY_CASE)


async def _named(
    code: Annotated[Code, Path(description="A rule set's code; `default` is the built-in one.")],
    revision: Annotated[Revision, Path(description="Which revision of the rule set.")],
) -> NameRuleSet:
    return NameRuleSet(code=code, revision=revision)


Named = Annotated[NameRuleSet, Depends(_named)]
"""The rule set a path names."""


@router.get(
    "/v1/cases/{caseId}/classification",
    dependencies=[allow(*_EVERYBODY)],
    response_model=CaseClassificationView,
)
async def get_classification(request: Request, case_id: CaseId, transaction: InTransaction) -> Response:
    """Read how complex a case is, why, and how that came to be."""
    await require_case_for_caller(transaction, case_id)
    language = preferred_language(request.headers.get("accept-language"))
    view = await service.explain_case(transaction, case_id, language)
    return represent(request, view, headers={"Content-Language": language})


@router.post(
    "/v1/classification-previews", dependencies=[allow(*_EVERYBODY)], response_model=ClassificationView
)
async def preview_classification(
    request: Request, wanted: PreviewClassification, transaction: InTransaction
) -> Response:
    """Classify a case that isn't registered, as at first contact."""
    return represent(request, await service.preview_classification(transaction, wanted))


@router.post("/v1/rule-set-previews", dependencies=[allow(*EVERY_CASE)], response_model=RuleSetPreviewView)
async def preview_rule_set(
    request: Request, wanted: PreviewRuleSet, transaction: InTransaction
) -> Response:
    """See what another rule set would change over all cases, before putting it to use."""
    return represent(request, await service.preview_rule_set(transaction, wanted))


@router.put(
    "/v1/rule-sets/{code}/revisions/{revision}",
    dependencies=[allow(Role.ADMINISTRATOR)],
    response_model=RuleSetView,
    responses={201: {"model": RuleSetView, "description": "Created"}},
)
async def put_rule_set(
    request: Request,
    name: Named,
    wanted: PutRuleSet,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Write a revision of a rule set; once it was put to use, it can't be changed any more."""
    put = await rule_sets.put_rule_set(transaction, name, wanted, precondition)
    view = await rule_sets.show_rule_set(transaction, name)
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/rule-sets/{code}/revisions/{revision}",
    dependencies=[allow(*_EVERYBODY)],
    response_model=RuleSetView,
)
async def get_rule_set(request: Request, name: Named, transaction: InTransaction) -> Response:
    """Read a revision of a rule set; `default/1` is the built-in one."""
    view = await rule_sets.show_rule_set(transaction, name)
    return represent(request, view, version=view.version)


@router.get("/v1/rule-sets", dependencies=[allow(*_EVERYBODY)], response_model=Page[RuleSetView])
async def list_rule_sets(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List your own rule sets, revision by revision; the built-in one is not among them."""
    return represent(request, await rule_sets.list_rule_sets(transaction, page))


@router.put(
    "/v1/active-rule-set", dependencies=[allow(Role.ADMINISTRATOR)], response_model=ActiveRuleSetView
)
async def activate_rule_set(
    request: Request, wanted: NameRuleSet, precondition: Conditional, transaction: InTransaction
) -> Response:
    """Put a rule set to use: for every change from now on, and for all cases in the background."""
    view = await rule_sets.activate_rule_set(transaction, wanted, precondition)
    return represent(request, view, version=view.version)


@router.get("/v1/active-rule-set", dependencies=[allow(*_EVERYBODY)], response_model=ActiveRuleSetView)
async def get_active_rule_set(request: Request, transaction: InTransaction) -> Response:
    """Read the rule set your cases are classified by."""
    view = await rule_sets.show_active(transaction)
    return represent(request, view, version=view.version)
