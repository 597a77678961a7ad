"""Somebody in front of the page with a keyboard and no mouse; watches what the browser sends and keeps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PHONE = (390, 844)
DESKTOP = (1280, 900)
NARROWEST = (320, 640)
_MOST_TABS = 120
# What has the focus must show it: on itself, or on the box around a choice.
_WHERE = """selector => {
  const focused = document.activeElement;
  if (!focused.matches(selector)) return "elsewhere";
  const shown = [focused, focused.closest(".option") ?? focused];
  return shown.some(each => getComputedStyle(each).outlineStyle !== "none") ? "there" : "unseen";
}"""


@dataclass
class Screen:
    """One browser window of its own."""

    page: Page
    context: BrowserContext
    address: str
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note)
        self.page.on("console", self._listen)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _listen(self, message: ConsoleMessage) -> None:
        # A page that says no is a page all the same; the browser only notes its status.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    async def follow(self, token: str) -> None:
        """Open a link that was sent, and wait until the script has done its part."""
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.address}/svar#{token}")
        await self.page.wait_for_selector("main:not(:has(#token))")

    async def press(self, button: str) -> None:
        """Tab to a button and press it."""
        await self.reach(f'button[value="{button}"]')
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def press_first(self, beginning: str) -> None:
        """Tab to the first button that leads to such a place, and press it."""
        await self.reach(f'button[value^="{beginning}"]')
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def reach(self, selector: str) -> None:
        """Tab until what is meant has the focus, which must show wherever it passes."""
        for _ in range(_MOST_TABS):
            await self.page.keyboard.press("Tab")
            where = await self.page.evaluate(_WHERE, selector)
            assert where != "unseen", f"no focus to see on {selector}"
            if where == "there":
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    async def rate(self, value: int) -> None:
        """Answer every statement of the page alike: into the group, then down the scale."""
        for statement in await self.page.locator("fieldset.statement").all():
            name = await statement.locator("input").first.get_attribute("name")
            await self.reach(f'[name="{name}"]')
            await self.page.keyboard.press("Space")
            for _ in range(value - 1):
                await self.page.keyboard.press("ArrowDown")
            assert await statement.locator(":checked").get_attribute("value") == str(value)

    async def write(self, selector: str, text: str) -> None:
        """Tab to a field and type."""
        await self.reach(selector)
        await self.page.keyboard.type(text)

    async def tick(self, selector: str) -> None:
        """Tab to a box and tick it."""
        await self.reach(selector)
        await self.page.keyboard.press("Space")

    async def title(self) -> str:
        """Return what the window says it shows."""
        return await self.page.title()

    async def overflows(self) -> bool:
        """Tell whether one must scroll sideways."""
        wider: bool = await self.page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wider

    async def kept(self) -> dict[str, Any]:
        """Return all that the browser keeps of the visit."""
        stored: dict[str, Any] = await self.page.evaluate(
            "() => ({local: localStorage.length, session: sessionStorage.length, at: location.href})"
        )
        return {**stored, "cookies": await self.context.cookies()}


@asynccontextmanager
async def screen_of(
    browser: Browser, address: str, size: tuple[int, int] = PHONE, language: str = "da", **more: Any
) -> AsyncIterator[Screen]:
    """Open a window of a size, for somebody who reads a language."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce", **more
    )
    try:
        yield Screen(await context.new_page(), context, address)
    finally:
        await context.close()
