"""How charts say numbers, dimensions and why a figure is missing, in Danish and English; pure."""

from services.analytics.release.envelope import IntervalView
from services.analytics.scores.words import DIMENSIONS, Said
from shared.wire import Language

NOT_VALIDATED = {
    "da": "Farvebåndene (lav, middel, høj; grænser 2,5 og 3,5) er ikke validerede, kun en læsehjælp.",
    "en": "The colour bands (low, middle, high; limits 2.5 and 3.5) are not validated, a reading aid only.",
}
_BANDS = {"low": ("lav", "low"), "middle": ("middel", "middle"), "high": ("høj", "high")}


def said(danish: str, english: str, language: Language) -> str:
    """Return the text of a language."""
    return danish if language == "da" else english


def number(value: float, language: Language, decimals: int = 1) -> str:
    """Write a number.

    >>> number(3.45, "da", 2), number(-0.04, "en"), number(-1.5, "da")
    ('3,45', '0.0', '−1,5')
    """
    text = f"{value:.{decimals}f}"
    text = text.removeprefix("-") if float(text) == 0 else text.replace("-", "\u2212")
    return text.replace(".", ",") if language == "da" else text


def signed(value: float, language: Language, decimals: int = 1) -> str:
    """Write a difference with its sign.

    >>> signed(1.16, "da", 2), signed(-0.5, "en"), signed(0.0, "da")
    ('+1,16', '−0.5', '0,0')
    """
    text = number(value, language, decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def interval(low: float, high: float, language: Language, decimals: int = 1) -> str:
    """Write an interval.

    >>> interval(2.5, 3.25, "da", 2)
    '[2,50; 3,25]'
    """
    return f"[{number(low, language, decimals)}; {number(high, language, decimals)}]"


def level(found: IntervalView, language: Language) -> str:
    """Name an interval by its level.

    >>> level(IntervalView(low=1, high=2, level=0.95), "da")
    '95 %-interval'
    """
    percent = number(found.level * 100, language, 0)
    return said(f"{percent} %-interval", f"{percent} % interval", language)


def dimension(code: str, language: Language) -> str:
    """Name a dimension; another instrument's is shown by its code."""
    return DIMENSIONS.get(code, Said(code, code)).in_language(language)


def band_of(mean: float) -> str:
    """Return the band of a mean, as the house's instruments have it: not validated.

    >>> band_of(2.49), band_of(2.5), band_of(3.5)
    ('low', 'middle', 'high')
    """
    if mean < 2.5:
        return "low"
    return "middle" if mean < 3.5 else "high"


def band(code: str, language: Language) -> str:
    """Name a band."""
    return said(*_BANDS[code], language)


def counted(count: int, one: str, more: str) -> str:
    """Say how many there are.

    >>> counted(1, "person", "personer"), counted(0, "person", "personer")
    ('1 person', '0 personer')
    """
    return f"{count} {one if count == 1 else more}"
