"""Hands mails to the municipality's SMTP server; tells a refused recipient from a server in trouble."""

from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

_SECONDS = 30.0
_GOING_DOWN = 421
_WANTS_LOGIN = range(530, 540)
_PERMANENT = 500


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where the mail server is, and who we are to it."""

    host: str
    port: int
    security: Security
    own_name: str
    username: str | None = None
    password: str | None = None


class RecipientRefused(Exception):
    """The server does not take this one mail: for now, or (5xx) for good."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def is_permanent(self) -> bool:
        """Whether trying again is of no use."""
        return self.code >= _PERMANENT


class ServerTrouble(Exception):
    """The server can't be reached, or takes nothing from us; that is no single mail's fault."""


class MailServer:
    """One connection to a mail server, opened when it is needed."""

    def __init__(self, address: MailAddress) -> None:
        self._address = address
        self._client: SMTP | None = None

    async def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Hand over a mail.

        Raises
        ------
        RecipientRefused
            The server refuses this mail, or this recipient.
        ServerTrouble
            Everything else: the mail may or may not have been taken.
        """
        try:
            client = await self._connected()
            await client.send_message(mail, sender=sender, recipients=[recipient])
        except (SMTPException, OSError, TimeoutError) as error:
            refusal = _refusal_of(error)
            if refusal is not None:
                raise refusal from None  # the server's words may hold the address
            await self.close()
            raise ServerTrouble(type(error).__name__) from None

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        address = self._address
        client = SMTP(
            hostname=address.host,
            port=address.port,
            username=address.username,
            password=address.password,
            use_tls=address.security is Security.TLS,
            start_tls=address.security is Security.STARTTLS,
            local_hostname=address.own_name,
            timeout=_SECONDS,
        )
        self._client = client
        await client.connect()
        return client

    async def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.is_connected:
                await client.quit()
        except (SMTPException, OSError, TimeoutError):
            pass
        finally:
            client.close()


def _refusal_of(error: BaseException) -> RecipientRefused | None:
    """Tell whether an error is about the one mail, and not about all we might send."""
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    elif not isinstance(error, SMTPDataError):
        return None
    if not isinstance(error, SMTPResponseException) or isinstance(error, SMTPSenderRefused):
        return None
    ours = error.code == _GOING_DOWN or error.code in _WANTS_LOGIN
    return None if ours else RecipientRefused(error.code)
