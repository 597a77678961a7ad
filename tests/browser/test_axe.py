"""What finds barriers does find them."""

import pytest
from playwright.async_api import Browser

from tests.browser.axe import barriers
from tests.browser.screen import screen_of
from tests.support.services import Stack

_TOO_SMALL = """
  for (const name of "ab") {
    const button = document.createElement("button");
    button.textContent = name;
    button.style = "min-height: 8px; height: 8px; width: 8px; padding: 0; border: 0";
    document.querySelector("main").append(button);
  }
"""


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("document.querySelector('html').removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('label').remove()", "label"),
        ("document.querySelector('main').style.color = '#bbb'", "color-contrast"),
        (_TOO_SMALL, "target-size"),
    ],
)
async def test_barriers_would_be_found(chromium: Browser, stack: Stack, damage: str, rule: str) -> None:
    """The negative control: a page with something taken away is not passed."""
    async with screen_of(chromium, stack.urls["survey"]) as screen:
        await screen.page.goto(f"{screen.address}/svar")
        await screen.page.evaluate(damage)
        assert any(each.startswith(f"{rule}:") for each in await barriers(screen.page))
