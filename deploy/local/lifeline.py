"""Owns the promise that a child process doesn't outlive a runner that was killed hard.

A small shell waits on a pipe whose other end only the runner holds. When the runner goes, however
it goes, the pipe closes and the shell signals the child (or its whole process group), and kills it
if it is still there after the grace time. The shell sits in a session of its own, so Ctrl-C misses
it. It can't help when the whole machine, or the shell too, is killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

# $1 target (negative: a process group), $2 signal, $3 seconds of grace.
_SCRIPT = """
trap '' HUP INT TERM
read -r word
[ "$word" = released ] && exit 0
kill -s "$2" -- "$1" 2>/dev/null || exit 0
left=$3
while [ "$left" -gt 0 ] && kill -s 0 -- "$1" 2>/dev/null; do sleep 1; left=$((left - 1)); done
kill -s KILL -- "$1" 2>/dev/null
exit 0
"""


class Lifeline:
    """Ends a child when this process dies; `release` when the child has ended otherwise."""

    def __init__(self, target: int, *, sends: signal.Signals, grace_seconds: int) -> None:
        word = sends.name.removeprefix("SIG")
        shell = shutil.which("sh") or "/bin/sh"
        self._watcher = subprocess.Popen(
            [shell, "-c", _SCRIPT, "samspil-lifeline", str(target), word, str(grace_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._watcher.pid

    def release(self) -> None:
        """Let go of the child without touching it."""
        if self._watcher.stdin is not None and not self._watcher.stdin.closed:
            try:
                os.write(self._watcher.stdin.fileno(), b"released\n")
            except BrokenPipeError:
                pass  # the watcher was ended by somebody; there is nothing left to tell
            finally:
                self._watcher.stdin.close()
        self._watcher.wait()
