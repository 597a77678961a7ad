"""What is one mail's fault, and what is the server's."""

from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import AuthResult

from services.survey.invitations.mail_server import (
    MailAddress,
    MailServer,
    RecipientRefused,
    Security,
    ServerTrouble,
)
from tests.services.survey.invitations.post_office import PostOffice, post_office

SENDER, RECIPIENT = "samspil@hedensted.example", "anne@hedensted.example"


def server(
    office: PostOffice, security: Security = Security.NONE, password: str | None = None
) -> MailServer:
    username = "samspil" if password else None
    return MailServer(
        MailAddress("127.0.0.1", office.port, security, "hedensted.example", username, password)
    )


async def send(through: MailServer) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Hej"
    mail.set_content("Hej")
    try:
        await through.send(mail, SENDER, RECIPIENT)
    finally:
        await through.close()


async def test_many_mails_go_over_one_connection(office: PostOffice) -> None:
    through = server(office)
    mail = EmailMessage()
    mail.set_content("Hej")
    await through.send(mail, SENDER, RECIPIENT)
    first = through._client
    await through.send(mail, SENDER, RECIPIENT)
    assert through._client is first
    await through.close()
    await send(through)
    assert len(office.to(RECIPIENT)) == 3


@pytest.mark.parametrize(("reply", "permanent"), [("550 5.1.1 no", True), ("450 4.2.1 later", False)])
async def test_a_refused_recipient(office: PostOffice, reply: str, permanent: bool) -> None:
    office.refusals[RECIPIENT] = [reply]
    with pytest.raises(RecipientRefused) as refused:
        await send(server(office))
    assert refused.value.is_permanent is permanent
    assert refused.value.code == int(reply[:3])
    assert "no" not in str(refused.value)


async def test_after_a_refusal_the_next_mail_is_taken(office: PostOffice) -> None:
    office.refusals[RECIPIENT] = ["550 5.1.1 no"]
    through = server(office)
    mail = EmailMessage()
    mail.set_content("Hej")
    with pytest.raises(RecipientRefused):
        await through.send(mail, SENDER, RECIPIENT)
    await through.send(mail, SENDER, RECIPIENT)
    await through.close()
    assert len(office.to(RECIPIENT)) == 1


@pytest.mark.parametrize("reply", ["530 5.7.0 log in first", "421 4.3.2 going down", "535 5.7.8 who?"])
async def test_a_server_that_takes_nothing_is_in_trouble(office: PostOffice, reply: str) -> None:
    office.refusals[RECIPIENT] = [reply]
    with pytest.raises(ServerTrouble):
        await send(server(office))


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_nothing_is_sent_over_an_open_connection_where_none_is_wanted(
    office: PostOffice, security: Security
) -> None:
    with pytest.raises(ServerTrouble):
        await send(server(office, security))
    assert office.mails == []
    await send(server(office, Security.NONE))
    assert len(office.mails) == 1


async def test_a_wrong_login_is_no_bounce() -> None:
    options = {
        "auth_require_tls": False,
        "authenticator": lambda *_: AuthResult(success=False, handled=False),
    }
    async with post_office(**options) as strict:
        with pytest.raises(ServerTrouble):
            await send(server(strict, password="wrong"))
        assert strict.mails == []


async def test_nobody_there_is_trouble(office: PostOffice) -> None:
    async with post_office() as closed:
        gone = server(closed)
    with pytest.raises(ServerTrouble):
        await send(gone)
