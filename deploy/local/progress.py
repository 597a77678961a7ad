"""Progress bars in a terminal; plain lines where there is none."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class TerminalProgress:
    """Shows each stage of the job as a bar."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description:<34}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def begin(self, what: str, steps: int) -> Callable[[], None]:
        """Begin a stage; call the result after each step."""
        task = self._bars.add_task(what, total=steps)
        started, done = time.monotonic(), 0

        def step() -> None:
            nonlocal done
            done += 1
            self._bars.advance(task)
            if done == steps and not self._console.is_terminal:
                seconds = time.monotonic() - started
                self._console.print(f"{what}: {steps} ({seconds:.1f} s)")

        return step
