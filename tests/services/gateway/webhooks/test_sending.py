"""A message goes where it was checked to go and nowhere else; of the answer only the head is read."""

import asyncio
import datetime
import gzip
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.gateway.outbound.addresses import AllowedAddresses
from services.gateway.webhooks.sending import Outcome, open_sender
from services.gateway.webhooks.states import Failure
from tests.services.gateway.webhooks.receiver import answer, receiving

LOOPBACK = AllowedAddresses((ipaddress.ip_network("127.0.0.1/32"),))
NAME = "receiver.example"


async def send(url: str, allowed: AllowedAddresses = LOOPBACK) -> Outcome:
    async with open_sender(allowed) as sender:
        return await sender.send(url, {"webhook-id": "1"}, b"{}")


class Names:
    """A resolver that says something else each time it is asked, as one who attacks does."""

    def __init__(self, *answers: str) -> None:
        self.answers = [*answers]
        self.asked = 0

    async def look_up(self, _host: str) -> list[str]:
        self.asked += 1
        return [self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a server's certificate for the name alone, and the context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "identity.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=public.decode())


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 201, 204, 299])
    async def test_two_hundreds_are_success(self, status: int) -> None:
        async with receiving() as receiver:
            receiver.answers = [answer(status)]
            outcome = await send(receiver.url)
        assert (outcome.status, outcome.failure) == (status, None)
        headers, body = receiver.messages[0]
        assert body == b"{}"
        assert headers["content-type"] == "application/cloudevents+json"
        assert headers["host"] == receiver.url.split("/")[2]

    @pytest.mark.parametrize("status", [301, 400, 404, 410, 429, 500, 503])
    async def test_all_else_is_failure(self, status: int) -> None:
        async with receiving() as receiver:
            receiver.answers = [answer(status, "Retry-After: 120")]
            outcome = await send(receiver.url)
        assert (outcome.status, outcome.failure) == (status, Failure.REFUSED_STATUS)
        assert outcome.wished_pause == 120

    async def test_redirects_are_not_followed(self) -> None:
        async with receiving() as inside, receiving() as receiver:
            receiver.answers = [answer(307, f"Location: {inside.url}")]
            outcome = await send(receiver.url)
        assert outcome.status == 307
        assert not inside.messages

    async def test_the_body_is_not_read(self) -> None:
        sent = 0

        async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1073741824\r\n\r\n")
            chunk = gzip.compress(bytes(2**20)) * 8
            try:
                while True:
                    writer.write(chunk)
                    await writer.drain()
                    sent += len(chunk)
            except ConnectionError:
                writer.close()

        server = await asyncio.start_server(pour, "127.0.0.1", 0)
        async with server:
            outcome = await send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        assert (outcome.status, outcome.failure) == (200, None)
        # What the sockets' own buffers hold, and not the gigabyte.
        assert sent < 32 * 2**20

    async def test_nobody_there(self) -> None:
        async with receiving() as receiver:
            url = receiver.url
        assert (await send(url)).failure is Failure.NOT_CONNECTED

    @pytest.mark.parametrize("raw", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000])
    async def test_nonsense_is_no_success(self, raw: bytes) -> None:
        async with receiving() as receiver:
            receiver.answers = [raw]
            outcome = await send(receiver.url)
        assert outcome.failure is Failure.NOT_CONNECTED

    async def test_a_proxy_of_the_environment_is_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with receiving() as proxy, receiving() as receiver:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, proxy.url)
            assert (await send(receiver.url)).failure is None
        assert not proxy.messages


class TestAddresses:
    async def test_the_inside_is_refused_unless_allowed(self) -> None:
        async with receiving() as receiver:
            assert (await send(receiver.url, AllowedAddresses())).failure is Failure.ADDRESS_REFUSED
            assert not receiver.messages
            assert (await send(receiver.url)).failure is None  # the same address, allowed

    @pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
    async def test_a_name_of_the_inside_is_refused(self, host: str) -> None:
        outcome = await send(f"https://{host}:1/", AllowedAddresses())
        assert outcome.failure is Failure.ADDRESS_REFUSED

    async def test_an_unknown_name(self) -> None:
        async def nothing(_host: str) -> list[str]:
            raise OSError

        async with open_sender(AllowedAddresses(), nothing) as sender:
            outcome = await sender.send(f"https://{NAME}/", {}, b"{}")
        assert outcome.failure is Failure.NAME_UNKNOWN

    @pytest.mark.parametrize("found", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%eth0"])
    async def test_a_name_that_leads_inside(self, found: str) -> None:
        async with open_sender(AllowedAddresses(), Names(found).look_up) as sender:
            outcome = await sender.send(f"https://{NAME}/", {}, b"{}")
        assert outcome.failure is Failure.ADDRESS_REFUSED

    async def test_a_name_is_asked_for_once_and_the_answer_is_where_it_goes(
        self, identity: tuple[ssl.SSLContext, ssl.SSLContext]
    ) -> None:
        server, trust = identity
        names = Names("127.0.0.1", "169.254.169.254")
        async with receiving(ssl=server) as receiver, open_sender(LOOPBACK, names.look_up, trust) as sender:
            port = receiver.url.split(":")[2].split("/")[0]
            outcome = await sender.send(f"https://{NAME}:{port}/hook", {}, b"{}")
        assert outcome.failure is None
        assert names.asked == 1
        assert receiver.messages[0][0]["host"] == f"{NAME}:{port}"

    async def test_a_certificate_of_another_name_is_not_trusted(
        self, identity: tuple[ssl.SSLContext, ssl.SSLContext]
    ) -> None:
        server, trust = identity
        look_up: Callable[[str], Awaitable[list[str]]] = Names("127.0.0.1").look_up
        async with receiving(ssl=server) as receiver, open_sender(LOOPBACK, look_up, trust) as sender:
            port = receiver.url.split(":")[2].split("/")[0]
            outcome = await sender.send(f"https://other.example:{port}/hook", {}, b"{}")
        assert outcome.failure is Failure.NOT_TRUSTED
        assert not receiver.messages
