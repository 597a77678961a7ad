"""The program that draws: a specification on each line in, an SVG with its length out; it reads no address.

It is a process of its own, because drawing holds Python's global lock: the loop of a service would
stand still meanwhile. Texts are measured with the fonts that vl-convert brings along.
"""

import re
import sys
from hashlib import blake2b
from html import escape
from json import loads
from typing import Any, BinaryIO

from vl_convert import vegalite_to_svg

VERSION = "6.4"
"""Of Vega-Lite, of those that vl-convert brings along."""
_OPENING = "<svg "
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def press(source: BinaryIO, target: BinaryIO) -> None:
    """Draw until there is nothing more to draw."""
    for line in iter(source.readline, b""):
        drawn = draw(loads(line))
        target.write(b"%d\n" % len(drawn) + drawn)
        target.flush()


def draw(spec: dict[str, Any]) -> bytes:
    """Draw a specification; the same one gives the same bytes. Data from an address are refused."""
    shown = _printable(spec)
    written = vegalite_to_svg(shown, vl_version=VERSION, config={"aria": False}, allowed_base_urls=[])
    return _with_text(written, shown).encode()


def _printable(part: Any) -> Any:
    """Leave out what XML cannot hold; a null character would end the program."""
    if isinstance(part, dict):
        return {name: _printable(each) for name, each in part.items()}
    if isinstance(part, list):
        return [_printable(each) for each in part]
    return _NOT_XML.sub("", part) if isinstance(part, str) else part


def _with_text(written: str, spec: dict[str, Any]) -> str:
    """Give a picture its title and its text alternative.

    Raises
    ------
    ValueError
        The drawing does not open as one.
    """
    opening, ends, rest = written.partition(">")
    if not (opening.startswith(_OPENING) and ends):
        raise ValueError("this is no drawing")
    language = spec["usermeta"]["samspil"]["language"]
    own = blake2b(rest.encode(), digest_size=6).hexdigest()  # several pictures may stand on one page
    named = f'role="img" aria-labelledby="title-{own} text-{own}" lang="{escape(language)}"'
    title = spec.get("title", {"text": spec["description"]})["text"]
    return (
        f"{opening} {named}>"
        f'<title id="title-{own}">{escape(title)}</title>'
        f'<desc id="text-{own}">{escape(spec["description"])}</desc>'
        f"{rest}\n"
    )


if __name__ == "__main__":
    press(sys.stdin.buffer, sys.stdout.buffer)
