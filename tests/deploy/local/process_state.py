"""Owns how tests see whether a process, which need not be their child, still runs."""

from __future__ import annotations

import time
from pathlib import Path

_PATIENCE_SECONDS = 30


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that only waits for its parent to look doesn't."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def ended(pid: int) -> bool:
    """Wait for a process to end; False when it still runs after all patience."""
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while is_running(pid):
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True
