"""`make backup` and `make restore`: all databases together, and the journal of deletions beside them."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from deploy.backup.journal import NAME as JOURNAL
from deploy.backup.manifest import BackupRefusedError
from deploy.backup.places import open_plan
from deploy.backup.programs import ProgramFailedError
from deploy.backup.restoring import Wanted, restore_backup
from deploy.backup.taking import keep_journal, take_backup
from deploy.local.house import ROOT
from deploy.migrate import EnvironmentRefusedError, Plan


def main(words: list[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    wanted = _arguments(words)
    try:
        with open_plan(os.environ, wanted.data) as plan:
            _do(plan, wanted)
    except (BackupRefusedError, ProgramFailedError, EnvironmentRefusedError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="back all databases up into a new folder")
    journal = commands.add_parser("journal", help="write down what was deleted on request since last time")
    journal.add_argument("--every", type=float, help="go on, and write every so many seconds")
    restore = commands.add_parser("restore", help="put a backup in place of what is there")
    restore.add_argument("--backup", type=Path, required=True, help="the backup's own folder")
    restore.add_argument("--replace", action="store_true", help="drop the databases that are there")
    for command in (make, journal, restore):
        command.add_argument("--folder", type=Path, default=ROOT / ".backups", help="where backups lie")
        command.add_argument("--data", type=Path, default=ROOT / ".data", help="data of `make run`")
    return parser.parse_args(words)


def _do(plan: Plan, wanted: argparse.Namespace) -> None:
    if wanted.command == "make":
        sys.stdout.write(f"Sikkerhedskopi · backup: {take_backup(plan, wanted.folder)}\n")
        return
    if wanted.command == "journal":
        keep_journal(plan, wanted.folder)
        while wanted.every:
            time.sleep(wanted.every)
            keep_journal(plan, wanted.folder)
        return
    again = restore_backup(plan, Wanted(wanted.backup, wanted.folder / JOURNAL, wanted.replace))
    sys.stdout.write(f"Gendannet · restored; slettet igen · deleted again: {again}\n")


if __name__ == "__main__":
    sys.exit(main())
