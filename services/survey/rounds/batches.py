"""The use case of many rounds at once: each opened or refused by itself, some at a time."""

import asyncio

from services.survey.rounds.schemas import (
    BatchAnswer,
    BatchedRound,
    BatchItem,
    BatchProblem,
    OpenRound,
    OpenRounds,
    RoundContent,
)
from services.survey.rounds.service import RoundOpener
from shared.access.principal import Principal
from shared.app.problems import DATABASE_ERRORS, passes
from shared.errors import Problem, unavailable
from shared.representation import CREATION
from shared.wire import Language

_AT_ONCE = 4


async def open_rounds(
    opener: RoundOpener, caller: Principal, wanted: OpenRounds, language: Language
) -> BatchAnswer:
    """Open a round for each case; one refused leaves the others be."""
    places = asyncio.Semaphore(_AT_ONCE)
    content = {name: getattr(wanted.round, name) for name in RoundContent.model_fields}

    async def take(item: BatchedRound) -> BatchItem:
        asked = OpenRound(**content, case_id=item.case_id)
        try:
            async with places:
                view, put = await opener.open_round(caller, item.round_id, asked, CREATION)
        except Problem as problem:
            return _refused(item, problem, language)
        except DATABASE_ERRORS as error:
            if not passes(error):
                raise
            return _refused(item, unavailable(), language)
        return BatchItem(
            round_id=item.round_id, case_id=item.case_id, status=put.status, state=view.state, problem=None
        )

    async with asyncio.TaskGroup() as group:
        items = [group.create_task(take(each)) for each in wanted.items]
    return BatchAnswer(items=[item.result() for item in items])


def _refused(item: BatchedRound, problem: Problem, language: Language) -> BatchItem:
    fault = problem.fault
    shown = BatchProblem(
        type=fault.type,
        title=fault.title(language),
        status=fault.status,
        code=fault.code,
        errors=[
            {"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in problem.errors
        ],
    )
    return BatchItem(
        round_id=item.round_id, case_id=item.case_id, status=fault.status, state=None, problem=shown
    )
