"""A whole folder: valid ones give the data set, each mistake gives its file, line and column."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.rows import (
    CitizenRow,
    Dataset,
    LeadershipRow,
    Professional,
    RkRow,
    Role,
)
from tests.deploy.local.dataset.small_folder import FILES, replace_in, write_folder

REFERENCE = Path(__file__).parents[3] / "reference" / "five_municipalities"


@dataclass(frozen=True)
class Mistake:
    """One change of a valid folder, and the finding it must give."""

    file: str
    old: str
    new: str
    line: int
    column: str
    reason: str


MISTAKES = {
    "empty key": Mistake("units.csv", "U2,K1,", ",K1,", 3, "unit_id", "empty"),
    "duplicate unit": Mistake("units.csv", "U2,K1,", "U1,K1,", 3, "unit_id", "as line 2"),
    "unknown municipality": Mistake("units.csv", "U2,K1,", "U2,K9,", 3, "municipality_id", "not in"),
    "line break": Mistake("units.csv", ",Skole,", ',"Folke\nskole",', 3, "name", "line break"),
    "NUL": Mistake("units.csv", ",Skole,", ",Sko\0le,", 3, "name", "control character"),
    "long text": Mistake("units.csv", ",Skole,", "," + "Skole" * 50 + ",", 3, "name", "200"),
    "authority function": Mistake("units.csv", "Skole,0", "Skole,nej", 3, "authority_function", "0 or 1"),
    "municipality code": Mistake("municipalities.csv", "0766", "76", 2, "code", "four digits"),
    "unknown leader": Mistake("professionals.csv", "Lærer,L1", "Lærer,L7", 3, "leader_id", "not in"),
    "leader's unit": Mistake("leaders.csv", "L1,K1,U1", "L1,K1,U8", 2, "unit_id", "not in"),
    "wave number": Mistake("waves.csv", "2,follow", "0,follow", 3, "wave", "whole number from 1"),
    "wave twice": Mistake("waves.csv", "2,follow", "1,follow", 3, "wave", "as line 2"),
    "wave code": Mistake("waves.csv", "follow-up", "Follow up", 3, "code", "hyphens"),
    "date": Mistake("waves.csv", "2019-05-13", "2019-02-30", 3, "opens_on", "a date"),
    "American date": Mistake("waves.csv", "2019-05-13", "05/13/2019", 3, "opens_on", "a date"),
    "closing first": Mistake("waves.csv", "2019-02-15", "2019-01-13", 2, "closes_on", "before it opens"),
    "waves reversed": Mistake("waves.csv", "2019-05-13", "2018-05-13", 3, "opens_on", "preceding wave"),
    "arm": Mistake("cases.csv", "K1,1,3", "K1,2,3", 2, "arm", "0 or 1"),
    "unit count": Mistake("cases.csv", "K1,1,3", "K1,1,4", 2, "n_units", "3 units"),
    "role": Mistake("involvements.csv", "U2,provider", "U2,udfører", 3, "role", "authority or provider"),
    "unknown unit": Mistake("involvements.csv", "U3,provider", "U4,provider", 4, "unit_id", "not in"),
    "unit twice": Mistake("involvements.csv", "U3,provider", "U1,provider", 4, "", "as line 2"),
    "unknown case": Mistake("members.csv", "S1,P3", "S2,P3", 4, "case_id", "not in cases.csv"),
    "unknown professional": Mistake("members.csv", "S1,P3", "S1,P8", 4, "professional_id", "not in"),
    "member twice": Mistake("members.csv", "S1,P3,", "S1,P1,L1", 4, "", "as line 2"),
    "self-rating": Mistake("rk.csv", "P1,P2,", "P1,P1,", 2, "target_id", "themselves"),
    "rater not a member": Mistake("rk.csv", "P2,P1,", "P4,P1,", 4, "rater_id", "not a member"),
    "target not a member": Mistake("rk.csv", "P2,P1,", "P2,P4,", 4, "target_id", "not a member"),
    "pair twice": Mistake("rk.csv", "P1,P3,", "P1,P2,", 3, "", "as line 2"),
    "unknown wave": Mistake("rk.csv", "S1,1,P2", "S1,3,P2", 4, "wave", "not in waves.csv"),
    "rating of 6": Mistake("rk.csv", "1,2,3,4,5,DK", "6,2,3,4,5,DK", 2, "i1", "1-5, DK, DW"),
    "rating of 0": Mistake("rk.csv", "1,2,3,4,5,DK", "0,2,3,4,5,DK", 2, "i1", "1-5, DK, DW"),
    "rating of 2.5": Mistake("rk.csv", "1,2,3,4,5,DK", "2.5,2,3,4,5,DK", 2, "i1", "1-5, DK, DW"),
    "NA": Mistake("rk.csv", "1,2,3,4,5,DK", "1,2,3,4,5,NA", 2, "i6", "ambiguous"),
    "DW in part": Mistake("rk.csv", "1,2,3,4,5,DK", "1,2,3,4,5,DW", 2, "", "all six cells or none"),
    "DW about a leader": Mistake("leadership.csv", "5,DK,", "5,DW,", 2, "l6", "1-5, DK or empty"),
    "respondent": Mistake("leadership.csv", "P1,L1", "P5,L1", 2, "respondent_id", "not a member"),
    "another's leader": Mistake("leadership.csv", "P1,L1", "P1,", 2, "leader_id", "not the member's"),
    "no leader": Mistake("leadership.csv", "P1,L1", "P3,", 2, "", "has none"),
    "citizen": Mistake("citizen.csv", "B1,1", ",1", 2, "citizen_id", "empty"),
    "citizen's case": Mistake("citizen.csv", "S1,1,B1", "S9,1,B1", 2, "case_id", "not in"),
    "leader of oneself": Mistake("members.csv", "S1,P3,", "S1,P3,P3", 4, "leader_id", "own leader"),
}


def valid(folder: Path) -> Dataset:
    reading = read_folder(folder)
    assert reading.findings == ()
    assert reading.dataset is not None
    return reading.dataset


class TestReadFolder:
    def test_a_valid_folder_becomes_a_dataset(self, tmp_path: Path) -> None:
        dataset = valid(write_folder(tmp_path))
        assert dataset.municipalities[0].code == "0766"
        assert [unit.external for unit in dataset.units] == [False, False, True]
        assert [unit.law for unit in dataset.units] == ["Barnets lov", "Folkeskoleloven", None]
        assert dataset.waves[1].opens_on == date(2019, 5, 13)
        assert (dataset.cases[0].arm, dataset.cases[0].n_units) == (1, 3)
        assert dataset.involvements[0].role is Role.AUTHORITY
        assert [member.leader for member in dataset.members] == ["L1", "L1", None]

    def test_the_four_kinds_of_answer_are_kept_apart(self, tmp_path: Path) -> None:
        dataset = valid(write_folder(tmp_path))
        assert dataset.rk == (
            RkRow("S1", 1, "P1", "P2", (1, 2, 3, 4, 5, -1)),
            RkRow("S1", 1, "P1", "P3", (-2,) * 6),
            RkRow("S1", 1, "P2", "P1", (0,) * 6),
        )
        assert dataset.leadership == (LeadershipRow("S1", 1, "P1", "L1", (1, 2, 3, 4, 5, -1, 0)),)
        assert dataset.citizen == (CitizenRow("S1", 1, "B1", (1, 2, 3, -1, 0)),)

    @pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
    def test_each_mistake_is_found_in_its_place(self, tmp_path: Path, mistake: Mistake) -> None:
        replace_in(write_folder(tmp_path), mistake.file, mistake.old, mistake.new)
        reading = read_folder(tmp_path)
        assert reading.dataset is None
        reasons = [
            finding.reason
            for finding in reading.findings
            if (finding.file, finding.line, finding.column) == (mistake.file, mistake.line, mistake.column)
        ]
        assert any(mistake.reason in reason for reason in reasons)

    def test_every_mistake_is_listed_at_once(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        replace_in(tmp_path, "units.csv", "U2,K1,", "U2,K9,")
        replace_in(tmp_path, "rk.csv", "1,2,3,4,5,DK", "6,2,3,4,7,DK")
        replace_in(tmp_path, "citizen.csv", "B1,1", "B1,x")
        assert [(one.file, one.line, one.column) for one in read_folder(tmp_path).findings] == [
            ("units.csv", 3, "municipality_id"),
            ("rk.csv", 2, "i1"),
            ("rk.csv", 2, "i5"),
            ("citizen.csv", 2, "c1"),
        ]

    @pytest.mark.parametrize("file", FILES)
    def test_a_missing_file_is_the_only_finding(self, tmp_path: Path, file: str) -> None:
        write_folder(tmp_path)
        (tmp_path / file).unlink()
        [finding] = read_folder(tmp_path).findings
        assert (finding.file, finding.line) == (file, 0)
        assert "missing" in finding.reason

    def test_a_folder_that_is_not_there_misses_every_file(self, tmp_path: Path) -> None:
        findings = read_folder(tmp_path / "nowhere").findings
        assert [finding.file for finding in findings] == list(FILES)

    def test_other_files_are_left_alone(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        (tmp_path / "coding.csv").write_bytes(b"\xff\xff")
        valid(tmp_path)

    def test_arms_and_unit_counts_may_be_left_out(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        (tmp_path / "cases.csv").write_text("case_id,municipality_id\nS1,K1\n", encoding="utf-8")
        assert valid(tmp_path).cases[0].arm is None

    def test_a_row_of_a_form_nobody_was_given_is_dropped(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        with (tmp_path / "leadership.csv").open("a", encoding="utf-8") as file:
            file.write("S1,1,P3,,,,,,,,\n")
        assert [row.respondent for row in valid(tmp_path).leadership] == ["P1"]

    def test_findings_never_repeat_a_cell(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        replace_in(tmp_path, "rk.csv", "1,2,3,4,5,DK", "secret,2,3,4,5,DK")
        replace_in(tmp_path, "members.csv", "S1,P3", "S1,secret")
        findings = read_folder(tmp_path).findings
        assert len(findings) >= 2
        assert all("secret" not in str(finding) for finding in findings)

    def test_the_reference_data_have_no_mistake(self) -> None:
        dataset = valid(REFERENCE)
        assert len(dataset.cases) == 54
        assert len(dataset.professionals) == 215
        assert len(dataset.leaders) == 49


class TestDataset:
    def test_its_digest_is_that_of_the_rows_not_of_the_files(self, tmp_path: Path) -> None:
        dataset = valid(write_folder(tmp_path))
        turned = replace(dataset, name="other", rk=dataset.rk[::-1])
        assert turned.digest == dataset.digest

    def test_any_other_answer_gives_another_digest(self, tmp_path: Path) -> None:
        dataset = valid(write_folder(tmp_path))
        assert replace(dataset, citizen=()).digest != dataset.digest
        assert replace(dataset, rk=dataset.rk[1:]).digest != dataset.digest

    def test_leaders_are_employees_too(self, tmp_path: Path) -> None:
        employees = valid(write_folder(tmp_path)).employees()
        assert [employee.id for employee in employees] == ["L1", "P1", "P2", "P3"]
        assert employees[0] == Professional("L1", "K1", "U1", "Leder", None)

    def test_a_leader_who_is_a_member_too_is_one_employee(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        replace_in(tmp_path, "leaders.csv", "L1,K1,U1", "L1,K1,U1\nP2,K1,U2")
        assert [one.id for one in valid(tmp_path).employees()] == ["L1", "P1", "P2", "P3"]

    def test_one_employee_is_not_in_two_units(self, tmp_path: Path) -> None:
        write_folder(tmp_path)
        replace_in(tmp_path, "leaders.csv", "L1,K1,U1", "L1,K1,U1\nP2,K1,U1")
        [finding] = read_folder(tmp_path).findings
        assert (finding.file, finding.line, finding.column) == ("leaders.csv", 3, "leader_id")
