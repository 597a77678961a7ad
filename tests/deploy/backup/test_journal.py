"""The journal only grows, says each deletion once, and outlives a crash in the middle of a line."""

from pathlib import Path

from deploy.backup.journal import Deletion, add_to_journal, read_journal

ERASED = Deletion("2026-11-22T10:00:00.000001Z", "t", "case", "a", "retention", "sbsys dubu")
WITHDRAWN = Deletion("2026-11-22T11:00:00.000001Z", "t", "withdrawal", "b")


def test_each_deletion_once(tmp_path: Path) -> None:
    file = tmp_path / "deletions.jsonl"
    assert read_journal(file) == set()
    assert add_to_journal(file, [ERASED]) == 1
    assert add_to_journal(file, [WITHDRAWN, ERASED]) == 1
    assert read_journal(file) == {ERASED, WITHDRAWN}
    assert len(file.read_text().splitlines()) == 2
    assert file.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_is_written_again(tmp_path: Path) -> None:
    file = tmp_path / "deletions.jsonl"
    add_to_journal(file, [ERASED, WITHDRAWN])
    whole = file.read_text()
    file.write_text(whole[:-20])
    assert read_journal(file) == {ERASED}
    assert add_to_journal(file, [ERASED, WITHDRAWN]) == 1
    assert file.read_text() == whole
