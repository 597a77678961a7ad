"""What a mail says, and that nothing can be put into its headers."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.invitations.letters import Letter, Sender, minutes_for, one_line, write_letter
from services.survey.invitations.messages import MessageKind
from services.survey.rounds.schemas import InvitationKind

SENDER = Sender("Samspil i Hedensted", "samspil@hedensted.example")
MESSAGE = UUID("019a0000-0000-7000-8000-000000000001")
LINK = "https://svar.hedensted.example/#rt_" + "aB3-_" * 14
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


def letter(**more: Any) -> Letter:
    values: dict[str, Any] = {
        "message_id": MESSAGE,
        "kind": MessageKind.INVITATION,
        "recipient": "anne@hedensted.example",
        "to": InvitationKind.PROFESSIONAL,
        "language": "da",
        "about": "Forløb 27",
        "purpose": "At styrke samarbejdet omkring borgeren",
        "link": LINK,
        "judgements": 49,
        "answer_until": datetime(2026, 12, 18, 16, 0, tzinfo=UTC),
        **more,
    }
    return Letter(**values)


def sent(written: Letter, sender: Sender = SENDER) -> EmailMessage:
    """Return a mail as it is read at the other end."""
    mail = write_letter(written, sender, datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    return message_from_bytes(mail.as_bytes(), policy=SMTP)


def body(mail: EmailMessage) -> str:
    return str(mail.get_content())


class TestWords:
    def test_danish_invitation(self) -> None:
        mail = sent(letter())
        assert mail["Subject"] == "Spørgeskema: Forløb 27"
        assert mail["Content-Language"] == "da"
        for said in (
            "samarbejdet. Det handler om: Forløb 27.",
            "Formålet er: At styrke samarbejdet omkring borgeren",
            "cirka 7 minutter",
            "indtil 18.12.2026 17:00 (dansk tid)",
            LINK,
            "Linket er personligt",
        ):
            assert said in body(mail)

    def test_english_reminder_to_a_citizen_without_deadline(self) -> None:
        mail = sent(
            letter(kind=MessageKind.REMINDER, to=InvitationKind.CITIZEN, language="en", answer_until=None)
        )
        assert mail["Subject"] == "Reminder of a questionnaire: Forløb 27"
        assert mail["Content-Language"] == "en"
        for said in ("still miss", "the help that is given", "until the measurement closes", LINK):
            assert said in body(mail)

    def test_danish_summer_time(self) -> None:
        until = datetime(2026, 6, 18, 16, 0, tzinfo=UTC)
        assert "18.06.2026 18:00" in body(sent(letter(answer_until=until)))

    @pytest.mark.parametrize(("judgements", "minutes"), [(0, 2), (15, 2), (16, 3), (49, 7), (343, 46)])
    def test_estimates_the_time_it_takes(self, judgements: int, minutes: int) -> None:
        assert minutes_for(judgements) == minutes

    def test_the_link_is_a_line_of_its_own(self) -> None:
        assert LINK in body(sent(letter())).splitlines()


class TestHeaders:
    def test_says_that_a_program_wrote_it(self) -> None:
        mail = sent(letter())
        assert set(mail.keys()) == HEADERS
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["From"] == "Samspil i Hedensted <samspil@hedensted.example>"
        assert mail["To"] == "anne@hedensted.example"
        assert mail.get_content_type() == "text/plain"

    def test_the_same_message_has_the_same_id_whenever_it_is_written(self) -> None:
        later = write_letter(letter(), SENDER, datetime(2026, 12, 2, tzinfo=UTC))
        assert sent(letter())["Message-ID"] == later["Message-ID"] == f"<{MESSAGE}@hedensted.example>"
        other = sent(letter(message_id=uuid4()))
        assert other["Message-ID"] != later["Message-ID"]

    @given(
        about=st.text(max_size=200), purpose=st.text(max_size=200), name=st.text(min_size=1, max_size=60)
    )
    def test_nothing_can_be_put_into_them(self, about: str, purpose: str, name: str) -> None:
        mail = sent(letter(about=about, purpose=purpose), Sender(name, SENDER.address))
        assert set(mail.keys()) == HEADERS
        assert [each.addr_spec for each in mail["To"].addresses] == ["anne@hedensted.example"]
        assert [each.addr_spec for each in mail["From"].addresses] == [SENDER.address]
        assert LINK in body(mail).splitlines()

    @pytest.mark.parametrize("newline", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
    def test_an_injected_line_stays_words(self, newline: str) -> None:
        injected = f"Forløb{newline}Bcc: bo@hedensted.example{newline}{newline}Hej"
        mail = sent(letter(about=injected, purpose=injected))
        assert set(mail.keys()) == HEADERS
        assert mail["Subject"] == "Spørgeskema: Forløb Bcc: bo@hedensted.example Hej"

    def test_without_care_the_line_would_be_refused_or_sent(self) -> None:
        with pytest.raises(ValueError, match="linefeed"):
            EmailMessage(policy=SMTP)["Subject"] = "Forløb\r\nBcc: bo@hedensted.example"

    @given(st.text())
    def test_one_line(self, text: str) -> None:
        assert len(one_line(text).splitlines()) <= 1
        assert one_line(text).isprintable()
