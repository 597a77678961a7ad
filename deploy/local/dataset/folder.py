"""Owns reading a whole data folder: every file is checked before anything is used of it."""

from dataclasses import dataclass
from pathlib import Path

from deploy.local.dataset import layout
from deploy.local.dataset.checks import Sheets, check_across
from deploy.local.dataset.layout import read_sheet
from deploy.local.dataset.rows import Dataset, Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """The data set, or else everything that is wrong with the folder, in the order of reading."""

    dataset: Dataset | None
    findings: tuple[Finding, ...]


def read_folder(folder: Path) -> Reading:
    """Read and check the folder; files that the layout does not name are left alone."""
    sheets = Sheets(
        municipalities=read_sheet(folder, layout.MUNICIPALITIES),
        units=read_sheet(folder, layout.UNITS),
        leaders=read_sheet(folder, layout.LEADERS),
        professionals=read_sheet(folder, layout.PROFESSIONALS),
        waves=read_sheet(folder, layout.WAVES),
        cases=read_sheet(folder, layout.CASES),
        involvements=read_sheet(folder, layout.INVOLVEMENTS),
        members=read_sheet(folder, layout.MEMBERS),
        rk=read_sheet(folder, layout.RK),
        leadership=read_sheet(folder, layout.LEADERSHIP),
        citizen=read_sheet(folder, layout.CITIZEN),
    )
    findings = _all_findings(sheets)
    return Reading(None if findings else _dataset(folder, sheets), findings)


def _all_findings(sheets: Sheets) -> tuple[Finding, ...]:
    alone = [finding for sheet in sheets.in_order() for finding in sheet.findings]
    files = [sheet.file for sheet in sheets.in_order()]
    findings = [*alone, *check_across(sheets)]
    return tuple(sorted(findings, key=lambda finding: (files.index(finding.file), finding.line)))


def _dataset(folder: Path, sheets: Sheets) -> Dataset:
    return Dataset(
        name=folder.resolve().name,
        municipalities=sheets.municipalities.rows,
        units=sheets.units.rows,
        leaders=sheets.leaders.rows,
        professionals=sheets.professionals.rows,
        waves=tuple(sorted(sheets.waves.rows, key=lambda wave: wave.number)),
        cases=sheets.cases.rows,
        involvements=sheets.involvements.rows,
        members=sheets.members.rows,
        rk=sheets.rk.rows,
        leadership=tuple(row for row in sheets.leadership.rows if row.leader is not None),
        citizen=sheets.citizen.rows,
    )
