"""Writes the e-mails in Danish and English; pure. Nothing can be put into their headers."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from math import ceil
from uuid import UUID
from zoneinfo import ZoneInfo

from services.survey.invitations.messages import MessageKind
from services.survey.rounds.schemas import InvitationKind
from shared.wire import Language

_TIME_ZONE = ZoneInfo("Europe/Copenhagen")
_SECONDS_A_JUDGEMENT = 8
_FEWEST_MINUTES = 2


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the mails come from."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part of the address after the at sign."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says, and to whom: whom it is about is said as the respondents know it."""

    message_id: UUID
    kind: MessageKind
    recipient: str
    to: InvitationKind
    language: Language
    about: str
    purpose: str
    link: str
    judgements: int
    answer_until: datetime | None


def write_letter(letter: Letter, sender: Sender, now: datetime) -> EmailMessage:
    """Write a mail; written again, it is the same one to a mail program, by its Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=one_line(sender.name), addr_spec=sender.address)
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = _subject(letter)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter.message_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_body(letter), cte="quoted-printable")
    mail["Content-Language"] = letter.language  # after the content, which drops what was said of it
    return mail


def one_line(text: str) -> str:
    """Return a text without anything that could end a line, or a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def minutes_for(judgements: int) -> int:
    """Estimate how long so many judgements take."""
    return max(_FEWEST_MINUTES, ceil(judgements * _SECONDS_A_JUDGEMENT / 60))


def _subject(letter: Letter) -> str:
    about = one_line(letter.about)
    danish = letter.language == "da"
    if letter.kind is MessageKind.REMINDER:
        return f"Påmindelse om spørgeskema: {about}" if danish else f"Reminder of a questionnaire: {about}"
    return f"Spørgeskema: {about}" if danish else f"Questionnaire: {about}"


def _body(letter: Letter) -> str:
    paragraphs = _danish(letter) if letter.language == "da" else _english(letter)
    return "\n\n".join(paragraphs) + "\n"


def _danish(letter: Letter) -> list[str]:
    about = one_line(letter.about)
    asked = (
        f"Du bliver spurgt om, hvordan du oplever den hjælp, der gives. Det handler om: {about}."
        if letter.to is InvitationKind.CITIZEN
        else f"Du bliver spurgt om samarbejdet. Det handler om: {about}."
    )
    if letter.kind is MessageKind.REMINDER:
        asked = f"Vi mangler stadig svar fra dig. {asked}"
    until = _moment(letter.answer_until)
    limit = (
        f"Du kan svare indtil {until} (dansk tid)." if until else "Du kan svare, indtil målingen lukkes."
    )
    return [
        "Hej",
        asked,
        f"Formålet er: {one_line(letter.purpose)}",
        f"Det tager cirka {minutes_for(letter.judgements)} minutter. {limit} Du kan holde pause undervejs "
        "og fortsætte senere, også på en anden enhed.",
        f"Her svarer du:\n{letter.link}",
        "Linket er personligt og kun til dig: Send det ikke videre. Før det første spørgsmål står der, "
        "hvem der kan se dine svar. Du kan også sige nej tak dér.",
        "Denne mail er sendt automatisk og kan ikke besvares.",
    ]


def _english(letter: Letter) -> list[str]:
    about = one_line(letter.about)
    asked = (
        f"You are asked how you experience the help that is given. It is about: {about}."
        if letter.to is InvitationKind.CITIZEN
        else f"You are asked about the collaboration. It is about: {about}."
    )
    if letter.kind is MessageKind.REMINDER:
        asked = f"We still miss answers from you. {asked}"
    until = _moment(letter.answer_until)
    limit = (
        f"You can answer until {until} (Danish time)."
        if until
        else "You can answer until the measurement closes."
    )
    return [
        "Hello",
        asked,
        f"The purpose is: {one_line(letter.purpose)}",
        f"It takes about {minutes_for(letter.judgements)} minutes. {limit} You can take a break and go on "
        "later, on another device too.",
        f"This is where you answer:\n{letter.link}",
        "The link is personal and for you only: do not pass it on. Before the first question it says who "
        "can see your answers. You can say no thank you there, too.",
        "This mail was sent automatically and can't be replied to.",
    ]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(_TIME_ZONE).strftime("%d.%m.%Y %H:%M")
