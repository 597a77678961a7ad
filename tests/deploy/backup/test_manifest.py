"""A backup that is not whole, or not what it was, is refused; the untouched one is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.backup.manifest import (
    NAME,
    BackupRefusedError,
    Copy,
    Manifest,
    digest_of,
    read_manifest,
    write_manifest,
)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Write a backup of one database."""
    file = tmp_path / "cases.dump"
    file.write_bytes(b"rows")
    now = datetime.now(UTC)
    copy = Copy(file.name, 4, digest_of(file), "cases_0001")
    write_manifest(tmp_path, Manifest(now, now, {"cases": copy}))
    return tmp_path


def test_the_untouched_backup_is_read(backup: Path) -> None:
    assert set(read_manifest(backup).copies) == {"cases"}
    assert (backup / NAME).stat().st_mode & 0o077 == 0


def test_an_altered_file(backup: Path) -> None:
    (backup / "cases.dump").write_bytes(b"r0ws")
    with pytest.raises(BackupRefusedError, match="not what was backed up"):
        read_manifest(backup)


def test_a_missing_file(backup: Path) -> None:
    (backup / "cases.dump").unlink()
    with pytest.raises(BackupRefusedError, match="missing"):
        read_manifest(backup)


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(BackupRefusedError, match="no whole backup"):
        read_manifest(tmp_path)


def test_another_format_and_a_file_elsewhere(backup: Path) -> None:
    text = (backup / NAME).read_text()
    (backup / NAME).write_text(text.replace("samspil-backup/1", "samspil-backup/9"))
    with pytest.raises(BackupRefusedError, match="another format"):
        read_manifest(backup)
    (backup / NAME).write_text(text.replace("cases.dump", "../cases.dump"))
    with pytest.raises(BackupRefusedError, match="missing"):
        read_manifest(backup)
