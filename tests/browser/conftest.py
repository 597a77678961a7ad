"""Fixtures of the browser's tests: one Chromium for all."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Run the machine's own Chromium, as Debian packages it; nothing is downloaded."""
    program = shutil.which("chromium")
    assert program, "There is no chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program)
        yield browser
        await browser.close()
