"""What the model of a questionnaire is made of: people, what they write, forms and invitations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OK = "ok"
CITIZEN = "c"
PEOPLE = ("p0", "p1", "p2", "p3", "p4")
FIRST = PEOPLE[:3]
IT = "it"
"""The one subject of a form that is not about each other."""

APART = "apart"
UNSURE = "dont-know"
NO_SUCH_VALUE = "9"


class Kind(StrEnum):
    """The forms of the round."""

    NETWORK = "network"
    TOGETHER = "collaboration"
    CITIZEN = "citizen"


class Time(StrEnum):
    """When a deadline is."""

    FUTURE = "future"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody writes in one form: a value for each of some subjects, words, may it be shared."""

    marks: Mapping[str, str]
    words: str = ""
    share: bool = False

    def without(self, subject: str) -> "Content":
        """Return what it says of others."""
        marks = {each: value for each, value in self.marks.items() if each != subject}
        return Content(marks, self.words, self.share)

    def about(self, subjects: Iterable[str]) -> "Content":
        """Return what it says of some, in their order."""
        marks = {each: self.marks[each] for each in subjects if each in self.marks}
        return Content(marks, self.words, self.share)


@dataclass(slots=True)
class Form:
    """One person's form."""

    revision: int = 0
    draft: Content | None = None
    versions: list[Content] = field(default_factory=list)

    def clear(self) -> None:
        """Forget all that was ever written in it."""
        if self.versions or self.revision:
            self.revision += 1
        self.draft, self.versions = None, []


@dataclass(slots=True)
class Measurement:
    """Both axes, whom each is asked about, and the forms."""

    respondents: list[str]
    subjects: list[str]
    asks: dict[str, list[str]]
    forms: dict[str, Form]


@dataclass(slots=True)
class Invitation:
    """One person's invitation, and which of its links the person holds."""

    generation: int = 1
    held: int = 1
    opened: bool = False
    declined: bool = False
    withdrawn: bool = False
    left: bool = False
    until: Time | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was made under a key."""

    who: str
    kind: Kind
    based_on: int
    content: Content
