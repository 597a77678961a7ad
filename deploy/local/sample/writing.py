"""Owns how a data set becomes a folder of CSV files; the reverse of reading one."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path

from deploy.local.dataset import layout
from deploy.local.dataset.rows import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED, Dataset, Row

_ANSWERS = {NOT_ANSWERED: "", DONT_KNOW: "DK", DONT_WORK_WITH: "DW"}


def write_folder(dataset: Dataset, folder: Path) -> None:
    """Write every file: UTF-8, commas, line feeds."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in (
        (layout.MUNICIPALITIES, dataset.municipalities),
        (layout.UNITS, dataset.units),
        (layout.LEADERS, dataset.leaders),
        (layout.PROFESSIONALS, dataset.professionals),
        (layout.WAVES, dataset.waves),
        (layout.CASES, dataset.cases),
        (layout.INVOLVEMENTS, dataset.involvements),
        (layout.MEMBERS, dataset.members),
        (layout.RK, dataset.rk),
        (layout.LEADERSHIP, dataset.leadership),
        (layout.CITIZEN, dataset.citizen),
    ):
        _write(folder / table.file, table.columns.known, rows)


def _write(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(list(_cells(row)) for row in rows)


def _cells(row: Row) -> Iterator[str]:
    for value in astuple(row):
        if isinstance(value, tuple):
            yield from (_ANSWERS.get(answer, str(answer)) for answer in value)
        elif isinstance(value, bool):
            yield str(int(value))
        else:
            yield "" if value is None else str(value)
