"""Owns the virtual environment of the checkout; refuses an old Python, and packages without a hash.

`python3 deploy/bootstrap.py run` (or `dev`, `bench`) makes `.venv` and installs `requirements/<set>.txt`,
only when that file changed since. It needs nothing but Python itself, and is written so that an old
Python can still read it and say what is missing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "deploy" / "requirements"
# The development set holds all of the other, in the same versions.
CONTAINED = {"run": ("run",), "dev": ("dev", "run"), "bench": ("bench", "dev", "run")}

TOO_OLD = """\
Samspil needs Python {wanted} or newer; {path} is {found}.
  Install one, and name it:   make run PYTHON=python{wanted}
  Debian, Ubuntu:             apt install python{wanted} python{wanted}-venv
Samspil kræver Python {wanted} eller nyere; {path} er {found}.
  Installér en nyere, og angiv den:   make run PYTHON=python{wanted}
"""
NO_VENV = """\
This Python ({path}) can't make virtual environments: {problem}
  Debian, Ubuntu:   apt install python3-venv    (or python{version}-venv)
  Fedora, RHEL:     dnf install python3-pip
Denne Python ({path}) kan ikke lave virtuelle miljøer: {problem}
  Debian, Ubuntu:   apt install python3-venv    (eller python{version}-venv)
  Fedora, RHEL:     dnf install python3-pip
"""
NOT_INSTALLED = """\
Packages could not be installed (see above). Is there a network, and does pip reach its registry?
Pakkerne kunne ikke installeres (se ovenfor). Er der netværk, og kan pip nå sit register?
"""


class BootstrapError(Exception):
    """Something is missing that this program can't supply; the message says what to do."""


def prepare(name: str) -> None:
    """Bring `.venv` up to date with one set of pins."""
    require_python(sys.version_info[:3])
    with Path(__file__).open("rb") as turnstile:
        fcntl.flock(turnstile, fcntl.LOCK_EX)  # two `make` at once: the second waits
        if is_current(name):
            return
        _make_environment()
        _install(name)
        for contained in CONTAINED[name]:
            _stamp(contained).write_text(_fingerprint(contained), encoding="ascii")


def require_python(version: tuple[int, ...]) -> None:
    """Raise with what to install when this Python is too old."""
    if tuple(version[:2]) < OLDEST:
        found = ".".join(str(part) for part in version)
        raise BootstrapError(TOO_OLD.format(wanted="3.11", path=sys.executable, found=found))


def is_current(name: str) -> bool:
    """Say whether what is installed is what the pins say now, for this Python."""
    try:
        stamped = _stamp(name).read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stamped == _fingerprint(name) and _python().exists()


def _fingerprint(name: str) -> str:
    pins = (REQUIREMENTS / f"{name}.txt").read_bytes()
    return f"{hashlib.sha256(pins).hexdigest()} {sys.version_info[0]}.{sys.version_info[1]}\n"


def _stamp(name: str) -> Path:
    return VENV / f"samspil-{name}.stamp"


def _python() -> Path:
    return VENV / "bin" / "python"


def _make_environment() -> None:
    """Make a new environment, unless a sound one of this Python is there to be updated."""
    if _is_sound():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    _say("Making the virtual environment .venv / Laver det virtuelle miljø .venv")
    made = _run([sys.executable, "-m", "venv", str(VENV)])
    if made.returncode != 0 or not _is_sound():
        shutil.rmtree(VENV, ignore_errors=True)
        lines = (made.stdout + made.stderr).strip().splitlines() or ["no reason given"]
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise BootstrapError(NO_VENV.format(path=sys.executable, problem=lines[0], version=version))


def _is_sound() -> bool:
    if not _python().exists():
        return False
    question = "import pip, sys; print(sys.version_info[0], sys.version_info[1])"
    answer = _run([str(_python()), "-c", question])
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def _install(name: str) -> None:
    _say(f"Installing packages ({name}) / Installerer pakker ({name})")
    pip = [str(_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # Python writes the bytecode of what it imports; compiling the rest would only take time here.
    options = ["--no-input", "--no-compile", "--require-hashes"]
    _stamp(name).unlink(missing_ok=True)
    done = subprocess.run([*pip, *options, "-r", str(REQUIREMENTS / f"{name}.txt")], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise BootstrapError(NOT_INSTALLED)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    # A PYTHONPATH or an activated environment of the caller must not leak into ours.
    left_out = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    environment = {key: value for key, value in os.environ.items() if key not in left_out}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in CONTAINED:
        _say(f"usage: python3 deploy/bootstrap.py {'|'.join(CONTAINED)}")
        return 2
    try:
        prepare(arguments[0])
    except BootstrapError as problem:
        _say(str(problem).rstrip())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
