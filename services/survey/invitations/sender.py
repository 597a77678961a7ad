"""Sends what is due in the background: each message is taken, checked again, sent and noted on its own.

Any number of processes may run it. Nothing is sent inside a transaction; a process that dies while it
sends leaves the message to the next one, which sends it under the same Message-ID.
"""

import time
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge

from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.invitations.contacts import Channel
from services.survey.invitations.letters import Letter, Sender, write_letter
from services.survey.invitations.mail_server import MailServer, RecipientRefused, ServerTrouble
from services.survey.invitations.messages import MessageKind, MessageState
from services.survey.invitations.outbox import (
    LOOKED_AT,
    MOST_ATTEMPTS,
    Due,
    Failure,
    Taken,
    count_judgements,
    count_up_invitation,
    count_waiting_mail,
    mark_bounced,
    note_sent,
    note_unsent,
    put_back,
    read_due,
    read_recipient,
    take,
)
from services.survey.rounds.schemas import InvitationKind
from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.background import Rhythm, keep_at, note_failure
from shared.changes.log import log_change
from shared.contracts.survey import INVITATION, INVITATION_DUE
from shared.database.connection import Database, Transaction

_log = structlog.get_logger()

_WORK = "invitations"
_LOOK_EVERY_SECONDS = 5.0
_REST_SECONDS = 60.0
_LONGEST_PAUSE_MINUTES = 360
WAITING_MAIL = Gauge("samspil_invitation_mails_waiting", "E-mails due while no mail server is set up.")
MESSAGES = Counter("samspil_invitation_messages_total", "Messages dealt with.", ["outcome"])


def acting_survey(tenant: UUID) -> Principal:
    """Return who the audit names when the survey sends and forgets by itself."""
    return Principal("survey", "survey", frozenset({Role.SERVICE}), tenant=tenant)


class Post:
    """What mails are written and sent with; `server` is None where none is set up."""

    def __init__(
        self, tokens: RespondentTokens, page: str, sender: Sender | None, server: MailServer | None
    ) -> None:
        self._tokens = tokens
        self._page = page
        self._sender = sender
        self._server = server

    @property
    def can_send(self) -> bool:
        """Whether there is a mail server to send by."""
        return self._server is not None and self._sender is not None

    def link(self, token: RespondentToken) -> str:
        """Return the personal link of an invitation."""
        return self._tokens.link(self._page, token)

    async def send(self, letter: Letter) -> None:
        """Send a letter; see `MailServer.send` for what it raises."""
        if self._server is None or self._sender is None:
            raise ServerTrouble("no mail server")
        mail = write_letter(letter, self._sender, datetime.now(UTC))
        await self._server.send(mail, self._sender.address, letter.recipient)

    async def close(self) -> None:
        """End the connection to the mail server; the next letter opens one."""
        if self._server is not None:
            await self._server.close()


class MessageSender:
    """Works off every tenant's messages."""

    def __init__(self, database: Database, feed_database: Database, post: Post) -> None:
        self._database = database
        self._feed_database = feed_database
        self._post = post
        self._has_told = False
        self._mail_rests_until = 0.0

    async def run(self) -> None:
        """Work until cancelled; look every few seconds."""
        await keep_at(_WORK, self.work_round, Rhythm(_LOOK_EVERY_SECONDS))

    async def work_round(self) -> None:
        """Deal with everything that is due; while the mail server is in trouble, with all but mails."""
        try:
            more = True
            while more:
                due = await self._due()
                done = [await self._attempt(each) for each in due]
                more = len(due) == LOOKED_AT and all(done)
        finally:
            await self._post.close()

    async def _due(self) -> list[Due]:
        can_send = self._post.can_send
        async with self._feed_database.transaction() as transaction:
            due = await read_due(transaction, with_mail=can_send and not self._mail_rests)
            waiting = 0 if can_send else await count_waiting_mail(transaction)
        WAITING_MAIL.set(waiting)
        if waiting and not self._has_told:
            self._has_told = True
            _log.warning("no_mail_server", waiting=waiting)
        return due

    @property
    def _mail_rests(self) -> bool:
        return time.monotonic() < self._mail_rests_until

    async def _attempt(self, due: Due) -> bool:
        """Deal with one message; tell whether it is dealt with."""
        if due.channel == Channel.E_MAIL and self._mail_rests:
            return False
        try:
            await self.step(due.tenant, due.message_id)
        except Exception as error:  # one message's trouble is not the others'
            note_failure(_WORK, error, message=str(due.message_id))
            return False
        return True

    async def step(self, tenant: UUID, message_id: UUID) -> None:
        """Deal with one message, unless it is another's or not due any more."""
        async with self._transaction(tenant) as transaction:
            taken = await take(transaction, message_id)
            letter = None if taken is None else await self._prepare(transaction, taken)
        if taken is not None and letter is not None:
            await self._send(tenant, taken, letter)

    def _transaction(self, tenant: UUID) -> AbstractAsyncContextManager[Transaction]:
        return self._database.transaction(tenant, acting_survey(tenant))

    async def _prepare(self, transaction: Transaction, taken: Taken) -> Letter | None:
        """Look again whether the message is wanted; tell the system that sends it, or write the letter."""
        to = await read_recipient(transaction, taken.invitation_id)
        judgements = await count_judgements(transaction, taken.invitation_id)
        if to is None or (to.channel == Channel.E_MAIL and to.contact is None) or not judgements:
            await self._conclude(transaction, taken, MessageState.NEEDLESS)
            return None
        if taken.attempts > MOST_ATTEMPTS:
            await self._conclude(transaction, taken, MessageState.FAILED, Failure.GIVEN_UP)
            return None
        if to.channel != Channel.E_MAIL:
            await self._tell(transaction, taken)
            return None
        await record_access(transaction, Access("send", INVITATION, taken.invitation_id, taken.kind))
        token = RespondentToken(transaction.tenant, taken.invitation_id, to.generation)
        return Letter(
            message_id=taken.id,
            kind=MessageKind(taken.kind),
            recipient=to.contact,
            to=InvitationKind(to.kind),
            language=to.language,
            about=to.respondent_label,
            purpose=to.request["purpose"],
            link=self._post.link(token),
            judgements=judgements,
            answer_until=to.answer_until,
        )

    async def _tell(self, transaction: Transaction, taken: Taken) -> None:
        """Name the invitation in the feed, for the municipality's own system to send its link."""
        version = await count_up_invitation(transaction, taken.invitation_id)
        await log_change(transaction, INVITATION_DUE, taken.invitation_id, version)
        await note_sent(transaction, taken, MessageState.TOLD)
        MESSAGES.labels(MessageState.TOLD).inc()

    async def _send(self, tenant: UUID, taken: Taken, letter: Letter) -> None:
        try:
            await self._post.send(letter)
        except RecipientRefused as refusal:
            await self._note_refusal(tenant, taken, letter, refusal)
        except ServerTrouble as trouble:
            _log.warning("mail_server_in_trouble", reason=str(trouble))
            self._mail_rests_until = time.monotonic() + _REST_SECONDS
            async with self._transaction(tenant) as transaction:
                await put_back(transaction, taken, Failure.SERVER_TROUBLE, minutes=1, counts=False)
        else:
            async with self._transaction(tenant) as transaction:
                await note_sent(transaction, taken, MessageState.SENT)
            MESSAGES.labels(MessageState.SENT).inc()

    async def _note_refusal(
        self, tenant: UUID, taken: Taken, letter: Letter, refusal: RecipientRefused
    ) -> None:
        failure = f"smtp-{refusal.code}"
        async with self._transaction(tenant) as transaction:
            if refusal.is_permanent:
                await mark_bounced(transaction, taken.invitation_id, letter.recipient)
                await self._conclude(transaction, taken, MessageState.BOUNCED, failure)
            elif taken.attempts >= MOST_ATTEMPTS:
                await self._conclude(transaction, taken, MessageState.FAILED, failure)
            else:
                minutes = min(2 ** (taken.attempts - 1), _LONGEST_PAUSE_MINUTES)
                await put_back(transaction, taken, failure, minutes=minutes, counts=True)

    async def _conclude(
        self, transaction: Transaction, taken: Taken, state: MessageState, failure: str | None = None
    ) -> None:
        await note_unsent(transaction, taken, state, failure)
        MESSAGES.labels(state).inc()
