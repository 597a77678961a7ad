"""A real SMTP server on loopback that keeps what it is given, and refuses whom a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 OK"


@dataclass
class PostOffice:
    """What arrived, by recipient.

    `refusals` are the next answers to RCPT for an address, `replies` the next ones to any mail.
    """

    port: int = 0
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to somebody."""
        return [mail for recipient, mail in self.mails if recipient == address]

    async def rcpt(self, _server: SMTP, _session: Session, envelope: Envelope, *to: Any) -> str:
        """Answer to RCPT."""
        address = str(to[0])
        if self.refusals.get(address):
            return self.refusals[address].pop(0)
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def data(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        reply = self.replies.pop(0) if self.replies else TAKEN
        if reply == TAKEN:
            content = cast(bytes, envelope.content)
            mail = message_from_bytes(content, policy=MAIL)
            self.mails.extend((recipient, mail) for recipient in envelope.rcpt_tos)
        return reply


class _Handler:
    def __init__(self, office: PostOffice) -> None:
        # The names under which aiosmtpd looks for them.
        self.handle_RCPT = office.rcpt
        self.handle_DATA = office.data


@asynccontextmanager
async def post_office(**options: Any) -> AsyncIterator[PostOffice]:
    """Open a mail server on a free port."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(_Handler(office), hostname="mail.test", loop=loop, **options), "127.0.0.1", 0
    )
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
