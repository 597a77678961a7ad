"""Where in the questionnaire somebody is: a word that travels in the form; refuses what names no place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID


class Step(StrEnum):
    """The steps there are; only questions say which form they are of, and about whom."""

    WELCOME = "welcome"
    OVERVIEW = "overview"
    SUBJECT = "subject"
    TEXTS = "texts"
    SUMMARY = "summary"
    THANKS = "thanks"
    PAUSE = "pause"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


_PARTS = {Step.SUBJECT: 2, Step.TEXTS: 1}


@dataclass(frozen=True, slots=True)
class Place:
    """A step, and for questions the form and the subject, by their ids."""

    step: Step
    form: str = ""
    subject: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a place as `str` writes it.

        Raises
        ------
        ValueError
            There is no such place; what was sent is not repeated.
        """
        name, *ids = text.split("/")
        try:
            step = Step(name)
            form, subject, *_ = (*(str(UUID(each)) for each in ids), "", "")
        except ValueError:
            raise ValueError("no such step") from None
        if len(ids) != _PARTS.get(step, 0):
            raise ValueError("no such step")
        return cls(step, form, subject)

    def __str__(self) -> str:
        return "/".join(part for part in (self.step, self.form, self.subject) if part)

    @property
    def is_question(self) -> bool:
        """Tell whether something is answered there."""
        return self.step in _PARTS


WELCOME = Place(Step.WELCOME)
OVERVIEW = Place(Step.OVERVIEW)
SUMMARY = Place(Step.SUMMARY)
THANKS = Place(Step.THANKS)
