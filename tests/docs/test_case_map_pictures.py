"""The pictures of case maps in docs/pictures are what the code draws, and drift is noticed."""

from pathlib import Path

from docs.case_map_pictures import SIZES, drifted, sample, write_all


def test_there_is_no_drift() -> None:
    assert drifted() == []


def test_drift_is_noticed(tmp_path: Path) -> None:
    assert len(drifted(tmp_path)) == len(SIZES)
    write_all(tmp_path)
    assert drifted(tmp_path) == []
    (tmp_path / "case-map-8.svg").write_text("<svg/>", encoding="utf-8")
    assert drifted(tmp_path) == ["case-map-8.svg"]


def test_samples_are_as_large_as_they_say() -> None:
    assert [len(sample(units).units) for units in SIZES] == list(SIZES)
