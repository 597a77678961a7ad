"""Owns what looks like a Danish personal number (CPR); never keeps or repeats one."""

import re

# A name-based id or a keyed pseudonym is long and mixed: ten digits in it are chance, not a person.
_LONG_IDENTIFIER = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?=[0-9]*[A-Za-z])[0-9A-Za-z]{20,}"
)
_TEN_DIGITS = re.compile(r"(?<![0-9])([0-9]{2})([0-9]{2})[0-9]{2}[-– ]?[0-9]{4}(?![0-9])")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_REPLACEMENT_NUMBER = 60


def holds_personal_number(text: str) -> bool:
    """Whether ten digits in the text begin with a date, as in ddmmyy-xxxx, hyphen or not.

    Replacement numbers (day + 60, for people without a CPR number) count too.
    """
    searched = _LONG_IDENTIFIER.sub(" x ", text)
    return any(_is_date(int(day), int(month)) for day, month in _TEN_DIGITS.findall(searched))


def _is_date(day: int, month: int) -> bool:
    if day > _REPLACEMENT_NUMBER:
        day -= _REPLACEMENT_NUMBER
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]
