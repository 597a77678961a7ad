"""A browser without a screen: reads the page's forms as HTML says, fills them in and presses buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2

from tests.support.services import Stack


class ReadPage(HTMLParser):
    """What a page's form holds, its buttons, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.offered: dict[str, list[str]] = {}
        self.buttons: dict[str, str] = {}
        self.words: list[str] = []
        self.language = ""
        self.title = ""
        self._in_title = False
        self._button: str | None = None
        self._area = ""
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read one element."""
        has = dict(attrs)
        self._in_title = tag == "title"
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "html":
            self.language = has.get("lang") or ""
        if tag == "input":
            self.offered.setdefault(name, []).append(value)
            if has.get("type") not in {"radio", "checkbox"} or "checked" in has:
                self.fields[name] = value
        if tag == "textarea":
            self._area, self.fields[name] = name, ""
        if tag == "button" and "hidden" not in has:
            self._button = value
            self.buttons[value] = ""

    def handle_endtag(self, tag: str) -> None:
        """Note that an element ended."""
        self._in_title = False
        if tag == "button":
            self._button = None
        if tag == "textarea":
            # HTML leaves out one line break right after the tag.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Keep what people read."""
        self.words.append(data)
        if self._in_title:
            self.title += data
        if self._area:
            self.fields[self._area] += data
        if self._button is not None:
            self.buttons[self._button] += data


@dataclass
class Visitor:
    """Somebody at the page; `answer` is the newest page."""

    http: httpx2.AsyncClient
    language: str = "da"
    answer: httpx2.Response = field(default_factory=lambda: httpx2.Response(200, text=""))
    addresses: list[str] = field(default_factory=list)

    @property
    def page(self) -> ReadPage:
        """Return the newest page, read."""
        return ReadPage(self.answer.text)

    async def arrive(self, token: str) -> ReadPage:
        """Do what the script does with a link's code."""
        return await self.post({"token": token})

    async def press(self, button: str, **filled: str | None) -> ReadPage:
        """Press a button after filling in fields, whose dots are written as two underscores."""
        page = self.page
        assert button in page.buttons, f"{button} is not among {list(page.buttons)}: {page.text}"
        fields = dict(page.fields)
        for name, value in filled.items():
            spelled = name.replace("__", ".").replace("_", "-")
            if value is None:
                fields.pop(spelled, None)
            else:
                fields[spelled] = value
        return await self.post({**fields, "to": button})

    async def rate(self, value: str, button: str = "next") -> ReadPage:
        """Answer every statement of the page alike and press a button."""
        page = self.page
        rated = {name: value for name in page.offered if name.startswith("rating.")}
        return await self.post({**page.fields, **rated, "to": button})

    async def post(self, fields: dict[str, str]) -> ReadPage:
        """Post a form."""
        self.answer = await self.http.post("/svar", data=fields, headers={"Accept-Language": self.language})
        self.addresses.append(str(self.answer.request.url))
        return self.page


def visit(stack: Stack, language: str = "da") -> Visitor:
    """Let somebody come to the page as the survey serves it."""
    return Visitor(stack.bearer("survey", "").http, language)
