"""The use case of many rounds at once: each opened or refused by itself, some at a time."""

from services.survey.rounds.schemas import (
    BatchAnswer,
    BatchedRound,
    BatchItem,
    OpenRound,
    OpenRounds,
    RoundContent,
)
from services.survey.rounds.service import RoundOpener
from shared.access.principal import Principal
from shared.app.batches import batch_problem, each_by_itself
from shared.errors import Problem
from shared.representation import CREATION
from shared.wire import Language


async def open_rounds(
    opener: RoundOpener, caller: Principal, wanted: OpenRounds, language: Language
) -> BatchAnswer:
    """Open a round for each case; one refused leaves the others be."""
    content = {name: getattr(wanted.round, name) for name in RoundContent.model_fields}

    async def take(item: BatchedRound) -> BatchItem:
        asked = OpenRound(**content, case_id=item.case_id)
        view, put = await opener.open_round(caller, item.round_id, asked, CREATION)
        return BatchItem(
            round_id=item.round_id, case_id=item.case_id, status=put.status, state=view.state, problem=None
        )

    def refuse(item: BatchedRound, problem: Problem) -> BatchItem:
        shown = batch_problem(problem, language)
        return BatchItem(
            round_id=item.round_id, case_id=item.case_id, status=shown.status, state=None, problem=shown
        )

    return BatchAnswer(items=await each_by_itself(wanted.items, take, refuse))
