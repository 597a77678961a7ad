"""Finds barriers in a page with axe-core, which is installed from the lock file beside, by its hash."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from deploy.node_packages import install

_HERE = Path(__file__).parent
_FOLDER = Path(sys.prefix) / "browser-tests"
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
    install(_HERE, _FOLDER)
    return (_FOLDER / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
