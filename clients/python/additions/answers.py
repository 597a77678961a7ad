"""What was answered: the content that was hoped for, or the problem as an exception; lists page by page."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from .models.problem import Problem
from .types import UNSET, Response, Unset

Content = TypeVar("Content")
Item_co = TypeVar("Item_co", covariant=True)


class ProblemError(Exception):
    """A call was refused; `problem` says why, `problem.code` for programs."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail} ({problem.trace_id})")
        self.problem = problem


class NoContentError(Exception):
    """There is no content of the kind that was described; `status` is, such as 304."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def content_of(answer: Response[Content | Problem]) -> Content:
    """Return what was answered.

    Raises
    ------
    ProblemError
        The call was refused.
    NoContentError
        There is nothing, as with 304, or nothing that could be read.
    """
    if isinstance(answer.parsed, Problem):
        raise ProblemError(answer.parsed)
    if answer.parsed is None:
        raise NoContentError(int(answer.status_code))
    return answer.parsed


class PageOf(Protocol[Item_co]):
    """A page of a list, and where the next one begins."""

    @property
    def items(self) -> Sequence[Item_co]: ...

    @property
    def next_cursor(self) -> str | None: ...


def every(read: Callable[[str | Unset], PageOf[Item_co]]) -> Iterator[Item_co]:
    """Yield each thing of a list, reading its pages one after the other."""
    cursor: str | Unset = UNSET
    while True:
        page = read(cursor)
        yield from page.items
        if page.next_cursor is None:
            return
        cursor = page.next_cursor
