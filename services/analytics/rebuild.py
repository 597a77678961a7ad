"""`python -m services.analytics.rebuild` makes the projection anew from nothing; readers keep the old.

It runs with or without the service beside it: one of those that follow the feeds does the work. Ended
early, what was asked for stays asked for: a running service goes on with it, or the next one that starts.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import TextIO

from services.analytics.main import SERVICE
from services.analytics.projection.feeds import FEEDS, feed_consumers
from services.analytics.projection.rebuilding import Progress, rebuild
from services.analytics.settings import AnalyticsSettings
from shared.changes.generations import Generations
from shared.database.connection import Database
from shared.lifecycle import running
from shared.observability import configure_logging

_POOL_SIZE = 4
_BAR = 20
_NAMES = {"survey": "svar · answers", "cases": "forløb · cases"}


class ProgressBars:
    """One line of bars that is written over in a terminal; elsewhere a line for every tenth."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = ""
        self._tenths: list[int] = []

    def show(self, progress: Sequence[Progress]) -> None:
        """Show how far each feed has come, if it can be seen."""
        if self._stream.isatty():
            self._write("\r", "   ".join(_bar(each) for each in progress), "")
            return
        tenths = [each.percent // 10 for each in progress]
        if tenths != self._tenths:
            self._tenths = tenths
            self._write("", ", ".join(f"{_name(each)} {each.percent} %" for each in progress), "\n")

    def end(self) -> None:
        """Leave the line, with what is on it."""
        if self._stream.isatty():
            self._stream.write("\n")

    def _write(self, before: str, line: str, after: str) -> None:
        if line != self._shown:
            self._stream.write(f"{before}{line.ljust(len(self._shown)) if before else line}{after}")
            self._stream.flush()
            self._shown = line


def _name(progress: Progress) -> str:
    return _NAMES.get(progress.feed, progress.feed)


def _bar(progress: Progress) -> str:
    full = _BAR * progress.percent // 100
    return f"{_name(progress)} {'█' * full}{'░' * (_BAR - full)} {progress.percent:3} %"


async def rebuild_projection(settings: AnalyticsSettings, stream: TextIO) -> None:
    """Have both feeds' projections made again, and show how far it has come; take part in the work."""
    database = Database(str(settings.app_dsn), _POOL_SIZE)
    bars = ProgressBars(stream)
    try:
        async with running(*(each.run() for each in feed_consumers(SERVICE, settings, database))):
            await rebuild([Generations(feed, database) for feed in FEEDS], bars.show)
    finally:
        bars.end()
        await database.close()


def main() -> int:
    """Rebuild; return the exit code."""
    settings = AnalyticsSettings()
    configure_logging(SERVICE, settings.log_level)
    try:
        asyncio.run(rebuild_projection(settings, sys.stderr))
    except KeyboardInterrupt:
        sys.stderr.write("Bestilt, men ikke ventet på · asked for, but not waited for\n")
        return 130
    sys.stderr.write("Læsere har den nye projektion · readers have the new projection\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
