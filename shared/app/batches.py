"""Batches: each item done by itself, some at a time, and refused as a call of its own would have been."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import Field

from shared.database.failures import DATABASE_ERRORS, passes
from shared.errors import Problem, unavailable
from shared.wire import Language, WireModel

_AT_ONCE = 4

Item = TypeVar("Item")
Done = TypeVar("Done")


class BatchProblem(WireModel):
    """Why one item of a batch was refused."""

    type: str = Field(examples=["urn:samspil:problem:broken-rule"])
    title: str = Field(examples=["Forespørgslen bryder en regel."])
    status: int = Field(examples=[422])
    code: str = Field(examples=["broken-rule"])
    errors: list[dict[str, str]] = Field(
        examples=[[{"pointer": "/caseId", "code": "unknown-case", "detail": "There is no such case."}]]
    )


def batch_problem(problem: Problem, language: Language) -> BatchProblem:
    """Show a refusal in a batch as a call of its own would have shown it."""
    fault = problem.fault
    return BatchProblem(
        type=fault.type,
        title=fault.title(language),
        status=fault.status,
        code=fault.code,
        errors=[
            {"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in problem.errors
        ],
    )


async def each_by_itself(
    items: Sequence[Item],
    do: Callable[[Item], Awaitable[Done]],
    refuse: Callable[[Item, Problem], Done],
) -> list[Done]:
    """Do something with each item, some at once, in the order given; one refused leaves the others be."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def take(item: Item) -> Done:
        try:
            async with places:
                return await do(item)
        except Problem as problem:
            return refuse(item, problem)
        except DATABASE_ERRORS as error:
            if not passes(error):
                raise
            return refuse(item, unavailable())

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(take(each)) for each in items]
    return [task.result() for task in tasks]
