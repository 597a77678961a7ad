"""CSV files: what Danish Excel writes is read, and every mistake is named with its line."""

from pathlib import Path

import pytest

from deploy.organisation.csv_files import read_folder
from services.cases.synchronisation.references import snapshot_errors
from services.cases.synchronisation.schemas import SynchroniseOrganisation
from tests.deploy.organisation.small_folder import FILES, write


def mistakes(folder: Path) -> list[str]:
    return [str(each) for each in read_folder(folder, 1)[1]]


class TestReadFolder:
    def test_is_a_snapshot_that_the_register_takes(self, tmp_path: Path) -> None:
        snapshot, found = read_folder(write(tmp_path), 42)
        assert found == []
        body = SynchroniseOrganisation.model_validate(snapshot)
        assert snapshot_errors(body) == []
        assert body.source_version == 42
        assert body.units[0].laws == ["Barnets lov", "Serviceloven"]
        assert (body.units[0].authority_function, body.units[1].counts_as_unit) == (True, False)
        worker = body.professionals[1]
        assert (worker.mobile, worker.leader_reference) == ("+4512345678", "kibe-1")
        assert worker.valid_from is not None
        assert worker.valid_from.isoformat() == "2026-08-01T00:00:00+02:00"

    def test_semicolons_and_a_byte_order_mark_are_the_same(self, tmp_path: Path) -> None:
        plain, _ = read_folder(write(tmp_path), 1)
        for name, text in FILES.items():
            danish = text.replace(",", ";").replace("\n", "\r\n")
            (tmp_path / f"{name}.csv").write_bytes(danish.encode("utf-8-sig"))
        assert read_folder(tmp_path, 1) == (plain, [])

    def test_excel_may_have_dropped_a_zero(self, tmp_path: Path) -> None:
        snapshot, found = read_folder(write(tmp_path, areas=FILES["areas"].replace("0766", "766")), 1)
        assert found == []
        assert snapshot["areas"][0]["municipalityCode"] == "0766"

    @pytest.mark.parametrize(
        ("name", "old", "new", "found"),
        [
            ("areas", "bu,", ",", "areas.csv:2 reference: must not be empty"),
            ("areas", "bu,", "b u,", "areas.csv:2 reference: 1 to 128 letters a-z, digits or . _ ~ : -"),
            ("areas", "0766", "Hedensted", "areas.csv:2 municipality_code: four digits, as 0766"),
            ("areas", "name,", "navn,", "areas.csv:1 name: the column is missing"),
            ("areas", "name,", "name,name,", "areas.csv:1 name: the column is there twice"),
            ("units", "1,ja", "1,måske", "units.csv:2 authority_function: 1 or 0, ja or nej"),
            ("units", "familiehus,F", "familie,F", "units.csv:3 reference: is there twice"),
            ("units", "bu,familie", "bu,x", "units.csv:3 parent_reference: is not in units.csv"),
            (
                "persons",
                "kibe,",
                "010190-9994,",
                "persons.csv:2 reference: looks like a CPR number; use another key",
            ),
            ("professionals", "01-08-2026", "32-08-2026", "professionals.csv:3 valid_from: no such day"),
            (
                "professionals",
                "12 34 56 78",
                "1234",
                "professionals.csv:3 mobile: eight digits, or + and a country's code",
            ),
            (
                "professionals",
                "kibe-1,anho@",
                "x,anho@",
                "professionals.csv:3 leader_reference: is not in professionals.csv",
            ),
        ],
    )
    def test_names_each_mistake(self, tmp_path: Path, name: str, old: str, new: str, found: str) -> None:
        write(tmp_path, **{name: FILES[name].replace(old, new, 1)})
        assert found in mistakes(tmp_path)

    def test_names_all_of_them_and_repeats_no_value(self, tmp_path: Path) -> None:
        write(tmp_path, areas="reference,name,municipality_code\nb u,,Hemmelig\n")
        found = mistakes(tmp_path)
        assert len(found) == 3
        assert "Hemmelig" not in "".join(found)

    def test_a_file_that_is_missing_or_not_utf8(self, tmp_path: Path) -> None:
        write(tmp_path)
        (tmp_path / "areas.csv").unlink()
        (tmp_path / "persons.csv").write_bytes("reference,name\nx,Søren\n".encode("latin-1"))
        assert mistakes(tmp_path) == [
            "areas.csv:0 : the file is missing",
            'persons.csv:0 : not UTF-8; save it as "CSV UTF-8"',
        ]
