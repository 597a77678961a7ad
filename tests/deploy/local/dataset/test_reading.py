"""One file's form: what Excel and statistics programs write is forgiven, the rest is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.rows import Finding
from tests.deploy.local.dataset.small_folder import FILES, replace_in, write_folder

BOM = "\N{BYTE ORDER MARK}"
FORGIVEN: dict[str, Callable[[str], str]] = {
    "a byte order mark": lambda text: BOM + text,
    "semicolons": lambda text: text.replace(",", ";"),
    "semicolons and a byte order mark": lambda text: BOM + text.replace(",", ";"),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "no last line end": lambda text: text.rstrip("\n"),
    "capitals and blanks in the header": lambda text: (
        " " + text.partition("\n")[0].upper().replace(",", " , ") + "\n" + text.partition("\n")[2]
    ),
    "blanks around cells": lambda text: text.replace(",", " ,\t"),
    "empty rows": lambda text: text.replace("\n", "\n\n") + ",,,,,,,,,,,,\n",
    "empty columns to the right": lambda text: text.replace("\n", ",,\n"),
    "quotes": lambda text: "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
    ),
    "columns in another order": lambda text: "\n".join(
        ",".join(line.split(",")[::-1]) for line in text.splitlines()
    ),
}
CELLS = {
    "don't know in Danish": ("rk.csv", "5,DK", "5,Ved  ikke"),
    "don't know in small letters": ("rk.csv", "5,DK", "5,dk"),
    "don't work with in small letters": ("rk.csv", "DW,DW,DW,DW,DW,DW", "dw,dw,dw,dw,dw,dw"),
    "a rating as a decimal": ("rk.csv", "1,2,3,4,5,DK", '1.0,2.0,"3,0",4,5,DK'),
    "a lost leading zero": ("municipalities.csv", "0766", "766"),
    "a Danish date": ("waves.csv", "2019-01-14", "14-01-2019"),
    "a Danish date with full stops": ("waves.csv", "2019-01-14", "14.1.2019"),
    "a role in capitals": ("involvements.csv", "U1,authority", "U1,Authority"),
}
PERSONAL_NUMBERS = {
    "with a hyphen": "010180-1234",
    "without": "0101801234",
    "with a blank": "010180 1234",
    "in a text": "CPR 311299-0001, se sagen",
    "behind a letter": "B0101801234",
    "a replacement number": "610180-1234",
}
NOT_PERSONAL_NUMBERS = {
    "no such day": "320180-1234",
    "no such month": "0113801234",
    "eleven digits": "01018012345",
    "a UUID": "01018012-3456-7890-1234-010180123456",
    "a keyed pseudonym": "a0101801234b9c8d7e6f5a4b3c2d1e0f",
    "a date": "14-01-2019",
}


def findings_after(folder: Path, file: str, content: bytes) -> tuple[Finding, ...]:
    write_folder(folder)
    (folder / file).write_bytes(content)
    return read_folder(folder).findings


class TestForgiven:
    @pytest.mark.parametrize("change", FORGIVEN.values(), ids=FORGIVEN.keys())
    def test_another_way_to_write_every_file(self, tmp_path: Path, change: Callable[[str], str]) -> None:
        plain = read_folder(write_folder(tmp_path)).dataset
        for name, content in FILES.items():
            (tmp_path / name).write_bytes(change(content).encode())
        reading = read_folder(tmp_path)
        assert reading.findings == ()
        assert reading.dataset == plain

    @pytest.mark.parametrize(("file", "old", "new"), CELLS.values(), ids=CELLS.keys())
    def test_another_way_to_write_a_cell(self, tmp_path: Path, file: str, old: str, new: str) -> None:
        plain = read_folder(write_folder(tmp_path)).dataset
        replace_in(tmp_path, file, old, new)
        reading = read_folder(tmp_path)
        assert reading.findings == ()
        assert reading.dataset == plain


class TestRefused:
    def test_a_missing_column(self, tmp_path: Path) -> None:
        content = FILES["units.csv"].replace(",external", "", 1).encode()
        [finding] = findings_after(tmp_path, "units.csv", content)
        assert (finding.line, finding.column) == (1, "external")
        assert "missing" in finding.reason

    def test_an_unknown_column(self, tmp_path: Path) -> None:
        content = FILES["units.csv"].replace("\n", ",navn\n").encode()
        [finding] = findings_after(tmp_path, "units.csv", content)
        assert (finding.line, finding.column) == (1, "navn")

    def test_a_column_twice(self, tmp_path: Path) -> None:
        content = FILES["leaders.csv"].replace("\n", ",unit_id\n").encode()
        [finding] = findings_after(tmp_path, "leaders.csv", content)
        assert (finding.line, finding.column) == (1, "unit_id")

    def test_an_empty_file(self, tmp_path: Path) -> None:
        [finding] = findings_after(tmp_path, "rk.csv", b"\n")
        assert (finding.file, finding.line) == ("rk.csv", 0)

    def test_a_short_row(self, tmp_path: Path) -> None:
        content = FILES["rk.csv"].replace("P2,P1,,,,,,", "P2,P1,3,4").encode()
        [finding] = findings_after(tmp_path, "rk.csv", content)
        assert (finding.line, finding.column) == (4, "")

    def test_a_cell_to_the_right_of_the_columns(self, tmp_path: Path) -> None:
        content = FILES["rk.csv"].replace("5,DK", "5,DK,4").encode()
        [finding] = findings_after(tmp_path, "rk.csv", content)
        assert (finding.line, finding.column) == (2, "")

    def test_what_is_not_utf8_names_its_line(self, tmp_path: Path) -> None:
        content = FILES["units.csv"].encode("windows-1252")
        [finding] = findings_after(tmp_path, "units.csv", content)
        assert (finding.file, finding.line) == ("units.csv", 2)
        assert "UTF-8" in finding.reason

    def test_a_quote_that_never_ends(self, tmp_path: Path) -> None:
        content = FILES["units.csv"].replace("Skole", '"Skole').encode()
        [finding] = findings_after(tmp_path, "units.csv", content)
        assert (finding.file, finding.line) == ("units.csv", 3)

    def test_a_row_after_a_cell_of_two_lines_has_its_own_line(self, tmp_path: Path) -> None:
        content = FILES["units.csv"].replace("Skole,0", '"Skole\nog SFO",0').encode()
        [finding] = findings_after(tmp_path, "units.csv", content.replace(b"U3,K1", b"U3,K9"))[1:]
        assert (finding.line, finding.column) == (5, "municipality_id")


class TestPersonalNumbers:
    @pytest.mark.parametrize("number", PERSONAL_NUMBERS.values(), ids=PERSONAL_NUMBERS.keys())
    @pytest.mark.parametrize(
        ("file", "old"), [("citizen.csv", "B1"), ("units.csv", "Skole"), ("leaders.csv", "L1")]
    )
    def test_one_is_refused_anywhere_and_never_repeated(
        self, tmp_path: Path, file: str, old: str, number: str
    ) -> None:
        write_folder(tmp_path)
        content = (tmp_path / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(content.replace(old, f'"{number}"', 1), encoding="utf-8")
        findings = read_folder(tmp_path).findings
        assert any("CPR" in finding.reason for finding in findings)
        assert all("1234" not in str(finding) for finding in findings)
        assert all("0001" not in str(finding) for finding in findings)

    @pytest.mark.parametrize("text", NOT_PERSONAL_NUMBERS.values(), ids=NOT_PERSONAL_NUMBERS.keys())
    def test_other_numbers_pass(self, tmp_path: Path, text: str) -> None:
        replace_in(write_folder(tmp_path), "citizen.csv", "B1", text)
        assert read_folder(tmp_path).findings == ()

    def test_one_in_an_unknown_column_is_refused(self, tmp_path: Path) -> None:
        content = FILES["citizen.csv"].replace("c5\n", "c5,cpr\n").replace("DK,\n", "DK,,010180-1234\n")
        findings = findings_after(tmp_path, "citizen.csv", content.encode())
        assert [(finding.line, finding.column) for finding in findings] == [(1, "cpr"), (2, "cpr")]

    def test_one_where_the_header_should_be_is_not_repeated(self, tmp_path: Path) -> None:
        findings = findings_after(tmp_path, "citizen.csv", b"S1,1,010180-1234,1,2,3,4,5\n")
        assert any("CPR" in finding.reason for finding in findings)
        assert all("010180" not in str(finding) for finding in findings)
