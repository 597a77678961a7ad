"""The route of answer exports: for data stewards, who say what for."""

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from services.survey.answers.schemas import EXPORTED, ExportAnswers, ExportedRows
from services.survey.answers.service import plan_export, write_export, writer_of
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction

router = strict_router("exports")


@router.post(
    "/v1/answer-exports",
    dependencies=[allow(Role.DATA_STEWARD)],
    response_model=ExportedRows,
    responses=EXPORTED,
)
async def export_answers(
    request: Request, caller: Caller, wanted: ExportAnswers, transaction: InTransaction
) -> Response:
    """Export what was answered in rounds, long or wide, with all versions of an instrument in one file.

    Respondents stand under pseudonyms of this file alone; drafts, and answers withdrawn or erased, are not
    in it. Confidential rounds are: whoever has the file keeps what was promised. The purpose is recorded
    with every round. In CSV, a cell that a spreadsheet could run begins with an apostrophe, and one that
    began with one gets another. `content: code-book` tells what each column and code means. Needs no
    idempotency key.
    """
    plan = await plan_export(transaction, wanted)
    writer = writer_of(plan)
    body = write_export(request.app.state.database, caller, plan, writer)
    headers = {
        "Content-Disposition": f'attachment; filename="{plan.file_name}"',
        "Content-Language": wanted.language,
    }
    return StreamingResponse(body, media_type=writer.media_type, headers=headers)
