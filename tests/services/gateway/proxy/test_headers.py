"""Headers of one connection stop at the gateway, and so do all that claim who somebody is."""

import pytest

from services.gateway.proxy.headers import inbound_headers, outbound_headers


class TestInboundHeaders:
    @pytest.mark.parametrize(
        "name",
        [
            "host",
            "authorization",
            "cookie",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "proxy-authorization",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-real-ip",
            "x-request-id",
            "x-original-url",
            "x-request-budget-ms",
            "traceparent",
            "tracestate",
        ],
    )
    def test_stops(self, name: str) -> None:
        assert inbound_headers([(name.encode(), b"theirs")], None, "ours") == [("x-request-id", "ours")]

    @pytest.mark.parametrize("name", ["accept", "content-type", "if-match", "idempotency-key"])
    def test_passes(self, name: str) -> None:
        passed = inbound_headers([(name.encode(), b"theirs")], "Bearer x", "ours")
        assert passed == [(name, "theirs"), ("x-request-id", "ours"), ("authorization", "Bearer x")]

    def test_stops_what_connection_names(self) -> None:
        headers = [(b"connection", b"close, X-Private"), (b"x-private", b"1"), (b"x-public", b"2")]
        assert inbound_headers(headers, None, "ours") == [("x-public", "2"), ("x-request-id", "ours")]


class TestOutboundHeaders:
    def test_keeps_what_the_service_says_of_its_answer(self) -> None:
        headers = [(b"ETag", b'"1"'), (b"Cache-Control", b"no-cache"), (b"Vary", b"Accept")]
        expected = [(b"etag", b'"1"'), (b"cache-control", b"no-cache"), (b"vary", b"Accept")]
        assert outbound_headers(headers) == expected

    def test_leaves_out_what_the_gateway_says_itself(self) -> None:
        headers = [(b"Server", b"x"), (b"Date", b"x"), (b"Vary", b"Accept-Language, Authorization")]
        assert outbound_headers([*headers, (b"Set-Cookie", b"a=b")]) == []
