"""How much room text takes: a cautious table of widths, and wrapping; it draws nothing.

The widths are those of Arial and its metric twins (Helvetica, Liberation Sans), rounded up and with some
percent on top, so that what fits here fits on any machine that has one of them.
"""

import unicodedata
from collections.abc import Iterator

CAUTION = 1.03
ASCENT = 0.95
DESCENT = 0.25

_REGULAR = {
    0.2: "'",
    0.23: "ijl’",
    0.28: "| ,./:;I[\\]ft!·",
    0.34: "()-`r{}“”",
    0.36: '"',
    0.39: "*",
    0.5: "Jcksvxyz^",
    0.56: "#$0123456789?L_abdeghnopquåéäöüáèó§–",
    0.62: "+<=>~×FTZøßÿ",
    0.67: "&ABEKPSVXYÅÉÄ",
    0.73: "CDHNRUwÜ",
    0.78: "GOQØÖ",
    0.9: "Mm%æ",
    1.02: "W@Æ—…",
}
_BOLD = {
    0.28: " ,./I\\ijl·’'",
    0.35: "!(|)-:;[]`ft",
    0.39: "*r{}",
    0.5: '"z“”',
    0.56: "#$0123456789J_aceksvxyåéäáè§–",
    0.62: "+<=>^~×?FLTZbdghnopquøöüßóÿ",
    0.67: "EPSVXYÉ",
    0.73: "&ABCDHKNRUÅÄÜ",
    0.78: "GOQwØÖ",
    0.9: "M%mæ",
    1.02: "W@Æ—…",
}
_WIDTH_OF = tuple(
    {sign: width for width, signs in table.items() for sign in signs} for table in (_REGULAR, _BOLD)
)
_UNKNOWN = 1.2
_NEVER_SHOWN = frozenset({"Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp"})
_VOWELS = frozenset("aeiouyæøåéäöü")
_TOGETHER = frozenset({"ng", "sk", "st", "sp", "ch", "kj", "dj"})
_LEAST_PART = 3


def printable(text: str) -> str:
    """Return a text on one line, without signs that can't be drawn or would turn the reading order.

    >>> printable("A\\tB\\x07")
    'A B\ufffd'
    """
    spaced = " ".join(text.split())
    return "".join("\ufffd" if unicodedata.category(sign) in _NEVER_SHOWN else sign for sign in spaced)


def width_of(text: str, size: float, bold: bool) -> float:
    """Return the room a text takes at most."""
    widths = _WIDTH_OF[bold]
    return size * CAUTION * sum(widths.get(sign, _UNKNOWN) for sign in text)


def wrap(text: str, size: float, bold: bool, width: float) -> tuple[str, ...]:
    """Break a text into lines no wider than `width`; a word that is too long is hyphenated."""
    lines: list[str] = []
    taken = 0.0
    for word in _breakable(text):
        room = width_of(word, size, bold)
        trailing = width_of(" ", size, bold) if word.endswith(" ") else 0.0
        if lines and taken + room - trailing <= width:
            lines[-1] += word
            taken += room
        elif room - trailing <= width:
            lines.append(word)
            taken = room
        else:
            lines += _hyphenated(word, size, bold, width)
            taken = width_of(lines[-1], size, bold)
    return tuple(line.rstrip() for line in lines) or ("",)


def _breakable(text: str) -> Iterator[str]:
    """Yield the parts between which a line may end: after a space, a hyphen, a slash."""
    start = 0
    for at, sign in enumerate(text):
        if sign in " -/" and at + 1 < len(text) and text[at + 1] not in " -/":
            yield text[start : at + 1]
            start = at + 1
    if text[start:]:
        yield text[start:]


def _hyphenated(word: str, size: float, bold: bool, width: float) -> Iterator[str]:
    """Cut a word into parts that fit, where Danish would: before a consonant and its vowel."""
    rest = word
    while width_of(rest.rstrip(), size, bold) > width and len(rest) > 1:
        most = 1
        while most + 1 < len(rest) and width_of(rest[: most + 1] + "-", size, bold) <= width:
            most += 1
        good = [at for at in range(1, most + 1) if _is_syllable(rest, at)]
        at = max(good, default=most)
        yield rest[:at] + "-"
        rest = rest[at:]
    yield rest


def _is_syllable(word: str, at: int) -> bool:
    before, first, second = word[at - 1].lower(), word[at].lower(), word[at + 1 : at + 2].lower()
    enough = at >= _LEAST_PART and len(word.rstrip()) - at >= _LEAST_PART
    between = before.isalpha() and first.isalpha() and first not in _VOWELS and second in _VOWELS
    return enough and between and before + first not in _TOGETHER
