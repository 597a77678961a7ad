"""Ids: the same folder gives the same, another folder or kind or part gives others."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.identifiers import Identifiers, Kind, identifiers_of
from deploy.local.dataset.rows import Dataset
from tests.deploy.local.dataset.small_folder import write_folder

TENANT = UUID("00000000-0000-0000-0000-000000000001")


def small_dataset(folder: Path) -> Dataset:
    folder.mkdir()
    dataset = read_folder(write_folder(folder)).dataset
    assert dataset is not None
    return dataset


class TestTenant:
    def test_the_same_folder_is_the_same_tenant(self, tmp_path: Path) -> None:
        dataset = small_dataset(tmp_path / "data")
        (tmp_path / "other").mkdir()
        again = read_folder(tmp_path / "other" / ".." / "data")
        assert again.dataset is not None
        assert identifiers_of(again.dataset) == identifiers_of(dataset)

    def test_another_name_or_other_data_are_another_tenant(self, tmp_path: Path) -> None:
        dataset = small_dataset(tmp_path / "data")
        tenants = {
            identifiers_of(one).tenant
            for one in (dataset, replace(dataset, name="other"), replace(dataset, citizen=()))
        }
        assert len(tenants) == 3


class TestIdentifiers:
    def test_ids_are_the_same_on_every_machine(self) -> None:
        assert Identifiers(TENANT).case("S1") == UUID("15ef0cee-82ae-512d-ac30-ddc32724467c")

    def test_every_kind_has_its_own(self) -> None:
        ids = Identifiers(TENANT)
        assert len({ids.of(kind, "1") for kind in Kind}) == len(Kind)

    def test_every_method_has_its_kind(self) -> None:
        ids = Identifiers(TENANT)
        assert [
            ids.area("K1", "Social"),
            ids.unit("1"),
            ids.person("1"),
            ids.professional("1"),
            ids.case("1"),
            ids.citizen("1"),
            ids.registration("1", "social"),
            ids.study(),
            ids.arm(1),
            ids.enrolment("1"),
            ids.round("1", 2),
        ] == [
            ids.of(Kind.AREA, "K1", "Social"),
            ids.of(Kind.UNIT, "1"),
            ids.of(Kind.PERSON, "1"),
            ids.of(Kind.PROFESSIONAL, "1"),
            ids.of(Kind.CASE, "1"),
            ids.of(Kind.CITIZEN, "1"),
            ids.of(Kind.REGISTRATION, "1", "social"),
            ids.of(Kind.STUDY),
            ids.of(Kind.ARM, "1"),
            ids.of(Kind.ENROLMENT, "1"),
            ids.of(Kind.ROUND, "1", "2"),
        ]

    def test_parts_do_not_run_together(self) -> None:
        ids = Identifiers(TENANT)
        assert ids.round("S1", 12) != ids.round("S11", 2)
        assert ids.area("K1", "1") != ids.area("K", "11")

    def test_another_tenant_has_others(self) -> None:
        assert Identifiers(TENANT).case("S1") != Identifiers(UUID(int=2)).case("S1")
