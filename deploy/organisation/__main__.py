"""Owns the command that sends an organisation to Samspil: from CSV files, or from OS2mo.

    python -m deploy.organisation csv FOLDER --system hr --version 42 --url https://samspil.example
    python -m deploy.organisation os2mo FILE... --rules rules.json --system os2mo --version 42 --url ...
    python -m deploy.organisation os2mo https://os2mo.example/graphql/v30 --rules rules.json ...

The gateway's token is read from SAMSPIL_TOKEN, OS2mo's from OS2MO_TOKEN. `--dry-run` shows the difference
and changes nothing; `--out FILE` writes the snapshot instead of sending it. docs/organisation.md says more.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.organisation.addresses import UnsafeAddress
from deploy.organisation.csv_files import read_folder
from deploy.organisation.os2mo import NotOS2mo, gather, to_snapshot
from deploy.organisation.os2mo_client import ask_all
from deploy.organisation.rules import RulesRefused, read_rules
from deploy.organisation.sending import Sending, send, show

WRONG_FILES, REFUSED = 2, 1


class Stopped(Exception):
    """The command can't go on; says why, line by line."""


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.organisation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sources = parser.add_subparsers(dest="source", required=True)
    from_csv = sources.add_parser("csv", help="from areas.csv, units.csv, persons.csv, professionals.csv")
    from_csv.add_argument("folder", type=Path)
    from_os2mo = sources.add_parser(
        "os2mo", help="from OS2mo's GraphQL answers, as files or from its address"
    )
    from_os2mo.add_argument("answers", nargs="+", help="JSON files, or one address")
    from_os2mo.add_argument("--rules", type=Path, required=True, help="what OS2mo doesn't know of units")
    for each in (from_csv, from_os2mo):
        each.add_argument("--system", required=True, help="the code of the source system")
        each.add_argument(
            "--version", type=int, required=True, help="a number that grows with each snapshot"
        )
        each.add_argument("--url", help="the gateway's address")
        each.add_argument("--dry-run", action="store_true", help="show the difference, change nothing")
        each.add_argument("--allow-mass-ending", action="store_true", help="also if much would end")
        each.add_argument("--out", type=Path, help="write the snapshot here instead of sending it")
    return parser


def snapshot_from(wanted: argparse.Namespace) -> dict[str, Any]:
    """Read the source that is asked for."""
    if wanted.source == "csv":
        snapshot, mistakes = read_folder(wanted.folder, wanted.version)
        if mistakes:
            raise Stopped("\n".join(str(each) for each in mistakes))
        return snapshot
    answers = gather(_answers(wanted.answers))
    return to_snapshot(answers, read_rules(wanted.rules), wanted.version, datetime.now(UTC))


def _answers(sources: Sequence[str]) -> Iterator[dict[str, Any]]:
    if sources[0].startswith(("http://", "https://")):
        yield from ask_all(sources[0], _token("OS2MO_TOKEN"))
        return
    for source in sources:
        found = json.loads(Path(source).read_text(encoding="utf-8-sig"))
        yield from found if isinstance(found, list) else [found]


def _token(variable: str) -> str:
    token = os.environ.get(variable, "")
    if not token:
        raise Stopped(f"{variable} is not set")
    return token


def _send(wanted: argparse.Namespace, snapshot: dict[str, Any]) -> int:
    if not wanted.url:
        raise Stopped("--url or --out is needed")
    to = Sending(
        wanted.url, wanted.system, _token("SAMSPIL_TOKEN"), wanted.dry_run, wanted.allow_mass_ending
    )
    return 0 if show(Console(), send(snapshot, to)) else REFUSED


def main(arguments: list[str] | None = None) -> int:
    """Read, and send or write."""
    wanted = parser().parse_args(arguments)
    try:
        snapshot = snapshot_from(wanted)
        if wanted.out is None:
            return _send(wanted, snapshot)
        text = json.dumps(snapshot, ensure_ascii=False, indent=2)
        wanted.out.write_text(text + "\n", encoding="utf-8")
    except (Stopped, RulesRefused, NotOS2mo, UnsafeAddress, OSError, json.JSONDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_FILES
    return 0


if __name__ == "__main__":
    sys.exit(main())
