"""How much room text takes: a cautious table of widths, and wrapping; it draws nothing.

The widths are those of Arial and its metric twins (Helvetica, Liberation Sans), rounded up and with some
percent on top, so that what fits here fits on any machine that has one of them. They are counted in whole
hundredths of the size: a text is measured once, however many widths of a card are tried.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

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
_UNKNOWN = 120


class _Widths(dict[str, int]):
    """The widths of signs in hundredths of the size; one that isn't there is wide."""

    def __missing__(self, sign: str) -> int:
        return _UNKNOWN


_WIDTH_OF = tuple(
    _Widths({sign: round(100 * width) for width, signs in table.items() for sign in signs})
    for table in (_REGULAR, _BOLD)
)
_MEASURED_AT_ONCE = 20_000
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
    if spaced.isprintable():
        return spaced
    return "".join("\ufffd" if unicodedata.category(sign) in _NEVER_SHOWN else sign for sign in spaced)


def width_of(text: str, size: float, bold: bool) -> float:
    """Return the room a text takes at most."""
    return _hundredth(size) * _room(text, bold)


def _hundredth(size: float) -> float:
    return size * CAUTION / 100


def forget() -> None:
    """Forget what was measured: names of people have no business staying in memory."""
    _measured.cache_clear()
    _inside.cache_clear()


def wrap(text: str, size: float, bold: bool, width: float) -> tuple[str, ...]:
    """Break a text into lines no wider than `width`; a word that is too long is hyphenated."""
    lines: list[str] = []
    most, taken = _most_hundredths(size, width), 0
    for word, room, trailing in _measured(text, bold):
        if lines and taken + room - trailing <= most:
            lines[-1] += word
            taken += room
        elif room - trailing <= most:
            lines.append(word)
            taken = room
        else:
            lines += _hyphenated(word, bold, most)
            taken = _room(lines[-1], bold)
    return tuple(line.rstrip() for line in lines) or ("",)


def _most_hundredths(size: float, width: float) -> int:
    most = int(width / _hundredth(size))
    return most if most * _hundredth(size) <= width else most - 1


def _room(text: str, bold: bool) -> int:
    return sum(map(_WIDTH_OF[bold].__getitem__, text))


@lru_cache(maxsize=_MEASURED_AT_ONCE)
def _measured(text: str, bold: bool) -> tuple[tuple[str, int, int], ...]:
    """Return the parts of a text, the room of each, and that of the space at its end."""
    space = _room(" ", bold)
    return tuple((part, _room(part, bold), space if part.endswith(" ") else 0) for part in _breakable(text))


def _breakable(text: str) -> Iterator[str]:
    """Yield the parts between which a line may end: after a space, a hyphen, a slash."""
    start = 0
    for at, sign in enumerate(text):
        if sign in " -/" and at + 1 < len(text) and text[at + 1] not in " -/":
            yield text[start : at + 1]
            start = at + 1
    if text[start:]:
        yield text[start:]


def _hyphenated(word: str, bold: bool, most: int) -> Iterator[str]:
    """Cut a word into parts that fit, where Danish would: before a consonant and its vowel."""
    reach, syllables = _inside(word, bold)
    bare, hyphen = len(word.rstrip()), _room("-", bold)
    start = 0
    while reach[bare] - reach[start] > most and len(word) - start > 1:
        longest = bisect_right(reach, most - hyphen + reach[start], start + 2, len(word)) - 1
        last = bisect_right(syllables, longest) - 1
        is_good = last >= 0 and syllables[last] >= start + _LEAST_PART
        end = syllables[last] if is_good else longest
        yield word[start:end] + "-"
        start = end
    yield word[start:]


@lru_cache(maxsize=_MEASURED_AT_ONCE)
def _inside(word: str, bold: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return how far each sign of a word reaches, and where its syllables begin."""
    last = len(word.rstrip()) - _LEAST_PART
    starts = tuple(at for at in range(_LEAST_PART, last + 1) if _is_syllable(word.lower(), at))
    return (0, *accumulate(map(_WIDTH_OF[bold].__getitem__, word))), starts


def _is_syllable(word: str, at: int) -> bool:
    before, first, second = word[at - 1], word[at], word[at + 1 : at + 2]
    between = before.isalpha() and first.isalpha() and first not in _VOWELS and second in _VOWELS
    return between and before + first not in _TOGETHER
