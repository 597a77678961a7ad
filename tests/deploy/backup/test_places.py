"""Where databases are found: nothing is made where there is nothing to back up."""

from pathlib import Path

import pytest

from deploy.backup.manifest import BackupRefusedError
from deploy.backup.places import open_plan


def test_a_folder_without_data_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(BackupRefusedError), open_plan({}, tmp_path / "none"):
        pass
    assert not (tmp_path / "none").exists()
