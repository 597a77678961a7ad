"""From the link to the thank-you page in Chromium: by keyboard, on phone and desktop, in both languages."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser

from tests.browser.axe import barriers
from tests.browser.screen import DESKTOP, NARROWEST, PHONE, Screen, screen_of
from tests.services.survey.page.named_team import (
    CITIZEN,
    LEADERSHIP,
    OWN,
    NamedTeam,
    name_people,
    open_named_round,
    publish_own_instrument,
)
from tests.support.municipality import Employee, Municipality
from tests.support.services import Stack

ANNE, BO = "Anne Holm", "Bo Østergaard"
# Twice the size on a desktop is half its width.
ZOOMED = (DESKTOP[0] // 2, DESKTOP[1] // 2)


@pytest.fixture(scope="module")
async def people(stack: Stack) -> tuple[Municipality, dict[str, Employee]]:
    """Two colleagues with a leader, in a municipality with a form of its own."""
    municipality = Municipality(stack, uuid4())
    await publish_own_instrument(municipality)
    return municipality, await name_people(municipality, ANNE, BO)


@pytest.fixture
async def team(people: tuple[Municipality, dict[str, Employee]]) -> NamedTeam:
    """The two around another citizen, asked about each other, their leader and the help."""
    asked = (OWN | {"focusItems": ["innovation"]}, LEADERSHIP, CITIZEN)
    return await open_named_round(*people, instruments=asked, closesAt="2099-12-18T16:00:00Z")


async def barrier_free(screen: Screen) -> None:
    """Require that nobody is barred from the page, nobody must scroll sideways, and nothing is blocked."""
    assert await barriers(screen.page) == [], await screen.title()
    assert not await screen.overflows(), await screen.title()
    assert screen.complaints == []


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, "da"), (DESKTOP, "en")], ids=["phone-danish", "desktop-english"]
)
async def test_from_link_to_thanks_by_keyboard(
    chromium: Browser, stack: Stack, team: NamedTeam, size: tuple[int, int], language: str
) -> None:
    token = await team.token(ANNE)
    async with screen_of(chromium, stack.urls["survey"], size, language) as screen:
        await screen.follow(token)
        titles = []
        assert await screen.page.locator("html").get_attribute("lang") == language
        for step in ("next", "next"):  # the welcome page, then the overview
            await barrier_free(screen)
            titles.append(await screen.title())
            await screen.press(step)
        await barrier_free(screen)
        titles.append(await screen.title())
        await screen.rate(4)
        await screen.write("textarea", "Ringer altid tilbage.")
        await screen.tick('[name="quote.contribution"]')
        await screen.press("next")
        await barrier_free(screen)
        titles.append(await screen.title())
        await screen.press("next")
        await screen.rate(5)
        await screen.press("next")
        await barrier_free(screen)
        titles.append(await screen.title())
        await screen.press("submit")
        await barrier_free(screen)
        titles.append(await screen.title())
        assert len(set(titles)) == len(titles)
        assert await screen.kept() == {
            "local": 0,
            "session": 0,
            "at": f"{stack.urls['survey']}/svar",
            "cookies": [],
        }
        assert not any(token in each.url for each in screen.requests)
        assert {each.url.split("/svar")[0] for each in screen.requests} == {stack.urls["survey"]}
    forms = {form["form"]: form for form in (await team.seen(ANNE))["forms"]}
    assert [forms[kind]["version"] for kind in ("network", "own-leader")] == [1, 1]
    assert [each["value"] for each in forms["network"]["answers"]["ratings"][0]["answers"]] == [4] * 6
    (text,) = forms["network"]["answers"]["texts"]
    assert (text["body"], text["mayQuote"]) == ("Ringer altid tilbage.", True)


async def test_what_goes_wrong_is_told_and_leads_back_to_its_place(
    chromium: Browser, stack: Stack, team: NamedTeam
) -> None:
    async with screen_of(chromium, stack.urls["survey"]) as screen:
        await screen.follow(await team.token(ANNE))
        await screen.press("next")
        await screen.press("next")
        await screen.reach('[name="rating.innovation"]')
        await screen.page.keyboard.press("Space")
        await screen.press("overview")
        await screen.press("summary")
        await barrier_free(screen)
        await screen.press("submit")
        await barrier_free(screen)
        assert (await screen.title()).startswith("Fejl:")
        assert await screen.page.evaluate("() => document.activeElement.className") == "faults"
        await screen.press_first("missing/")
        await barrier_free(screen)
        await screen.reach(".faults a")
        await screen.page.keyboard.press("Enter")
        focused = await screen.page.evaluate("() => document.activeElement.name")
        assert focused == "rating.knowledge-sharing"
        await screen.rate(3)
        await screen.press("overview")
        await screen.press("summary")
        await screen.press("submit")
        await barrier_free(screen)
        assert await screen.page.locator("h1").inner_text() == "Tak for dine svar"


async def test_pages_beside_the_way_are_free_of_barriers(
    chromium: Browser, stack: Stack, team: NamedTeam
) -> None:
    async with screen_of(chromium, stack.urls["survey"], DESKTOP) as screen:
        await screen.page.goto(f"{screen.address}/svar")
        await barrier_free(screen)
        await screen.follow("rt_" + "A" * 70)
        await barrier_free(screen)
        await screen.follow(await team.token(BO))
        for button in ("decline", "decline-now", "welcome", "next", "pause"):
            await screen.press(button)
            await barrier_free(screen)
        await screen.follow(await team.token("citizen"))
        await screen.press("next")
        await screen.rate(2)
        await screen.press("next")
        await screen.reach('[name="share"]')
        await screen.page.keyboard.press("ArrowDown")
        await barrier_free(screen)
        await screen.press("submit")
        await screen.press("overview")
        await barrier_free(screen)
        await screen.press_first("subject/")
        await barrier_free(screen)
        await screen.press("save")
        for button in ("withdraw", "withdraw-now"):
            await screen.press(button)
            await barrier_free(screen)


async def test_nobody_scrolls_sideways_on_the_narrowest_phone_nor_zoomed_in(
    chromium: Browser, stack: Stack, team: NamedTeam
) -> None:
    async with screen_of(chromium, stack.urls["survey"], ZOOMED) as screen:
        await screen.follow(await team.token(ANNE))
        for button in ("next", "next", "overview", "summary"):
            for width, height in (NARROWEST, ZOOMED):
                await screen.page.set_viewport_size({"width": width, "height": height})
                assert not await screen.overflows(), await screen.title()
            await screen.press(button)


async def test_works_without_a_script_from_the_code_pasted_in(
    chromium: Browser, stack: Stack, team: NamedTeam
) -> None:
    token = await team.token(ANNE)
    async with screen_of(chromium, stack.urls["survey"], java_script_enabled=False) as screen:
        await screen.page.goto(f"{screen.address}/svar#{token}")
        assert await screen.page.locator("noscript").count() == 1
        await screen.page.locator("#token").fill(f"{screen.address}/svar#{token}")
        await screen.page.locator("button.main").click()
        await screen.page.locator("button.main").click()
        assert await screen.page.locator("h1").inner_text() == "Oversigt"


async def test_pressed_twice_is_sent_once(chromium: Browser, stack: Stack, team: NamedTeam) -> None:
    async with screen_of(chromium, stack.urls["survey"]) as screen:
        await screen.follow(await team.token(ANNE))
        await screen.press("next")
        await screen.press("next")
        await screen.rate(4)
        await screen.press("overview")
        await screen.press("summary")
        await screen.page.locator('button[value="submit"]').dblclick(no_wait_after=True)
        await screen.page.wait_for_selector("h1:has-text('Tak')")
    assert [form["version"] for form in (await team.seen(ANNE))["forms"]] == [1, 0]


async def test_a_second_link_in_the_same_tab_is_opened(
    chromium: Browser, stack: Stack, team: NamedTeam
) -> None:
    async with screen_of(chromium, stack.urls["survey"]) as screen:
        await screen.follow("rt_" + "A" * 70)
        await screen.page.goto(f"{screen.address}/svar#{await team.token(ANNE)}")
        await screen.page.wait_for_selector("dl.facts")
        assert screen.page.url == f"{screen.address}/svar"
