"""The pictures of charts in docs/pictures are what the code draws, and drift is noticed."""

from pathlib import Path

from docs.chart_pictures import drifted, specifications, write_all


def test_there_is_no_drift() -> None:
    assert drifted() == []


def test_drift_is_noticed(tmp_path: Path) -> None:
    assert len(drifted(tmp_path)) == len(specifications())
    write_all(tmp_path)
    assert drifted(tmp_path) == []
    (tmp_path / "chart-effect.svg").write_text("<svg/>", encoding="utf-8")
    assert drifted(tmp_path) == ["chart-effect.svg"]
