"""The quick-start runs headless from CSV to every table and picture."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = {"citizen.png", "dimensions.png", "effect.png", "leadership.png", "matrix.png"}


def test_every_table_and_picture_comes_out(tmp_path: Path) -> None:
    folder = "tests/reference/five_municipalities"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "docs.quickstart", folder, str(tmp_path / "pictures")],
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for table in range(1, 8):
        assert f"Table {table}." in ran.stdout
    assert "262 rows, 54 cases, 49 leaders" in ran.stdout
    assert "nan" not in ran.stdout.lower()
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "pictures").iterdir()}
    assert set(drawn) == PICTURES
    for picture in drawn.values():
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 10_000
