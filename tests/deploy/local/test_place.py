"""Owns the proof that database files lie where the server may read them, and no more is opened."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.place import POINTER, PlaceError, find_place
from deploy.local.postgres import EmbeddedPostgres

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "data", options=QUICK)
    yield server
    server.destroy()


class TestPlace:
    def test_destroy_leaves_other_files_and_nothing_of_its_own(self, server: EmbeddedPostgres) -> None:
        server.start()
        home = find_place(server._folder).home
        other = server._folder / "other.txt"
        other.write_text("kept", encoding="utf-8")
        server.destroy()
        assert list(server._folder.iterdir()) == [other]
        assert not home.exists()

    def test_changes_no_permission_of_an_existing_folder(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        folder = closed / "data"
        folder.mkdir(mode=0o700)
        server = EmbeddedPostgres(folder, options=QUICK)
        try:
            server.start()
            assert server.running
            for path in (tmp_path, closed, folder):
                assert stat.S_IMODE(path.stat().st_mode) == 0o700
        finally:
            server.destroy()

    def test_a_pointer_that_others_could_have_laid_is_refused(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        folder.mkdir()
        trap = tmp_path / "trap"
        trap.mkdir()
        trap.chmod(0o777)
        pointer = folder / POINTER
        pointer.write_text(str(trap), encoding="utf-8")
        pointer.chmod(0o600)
        with pytest.raises(PlaceError, match="isn't safe"):
            find_place(folder)
        pointer.unlink()
        pointer.symlink_to(trap)
        with pytest.raises(PlaceError, match="isn't safe"):
            find_place(folder)

    def test_a_pointer_to_nothing_says_what_to_do(self, tmp_path: Path) -> None:
        pointer = tmp_path / POINTER
        pointer.write_text(str(tmp_path / "gone"), encoding="utf-8")
        pointer.chmod(0o600)
        with pytest.raises(PlaceError, match=r"Delete .* to begin anew"):
            find_place(tmp_path)
