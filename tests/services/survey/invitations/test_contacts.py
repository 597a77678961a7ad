"""What is an address, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.invitations.contacts import email_of, mobile_of, reached_by
from shared.contracts.register import Contact


class TestEmail:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("anne.holm@hedensted.dk", "anne.holm@hedensted.dk"),
            ("Anne+svar@Hedensted.DK", "Anne+svar@hedensted.dk"),
            ("o'hara@sub.domain.example", "o'hara@sub.domain.example"),
            ("anne@rødkærsbro.dk", "anne@xn--rdkrsbro-q1a5s.dk"),
        ],
    )
    def test_takes(self, text: str, address: str) -> None:
        found = email_of(text)
        assert found is not None
        assert found.partition("@")[0] == address.partition("@")[0]
        assert found == address or found.partition("@")[2].startswith("xn--")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "anne",
            "anne@",
            "@hedensted.dk",
            "anne@hedensted",
            "anne@localhost",
            "anne@127.0.0.1",
            "anne@[127.0.0.1]",
            "anne..holm@hedensted.dk",
            ".anne@hedensted.dk",
            "anne.@hedensted.dk",
            '"anne holm"@hedensted.dk',
            "anne holm@hedensted.dk",
            "anne@hedensted.dk, bo@hedensted.dk",
            "anne@hedensted.dk\nBcc: bo@hedensted.dk",
            "anne@hedensted.dk\r\n",
            "anne@hedensted.dk\n",
            "Anne <anne@hedensted.dk>",
            "anne@bo@hedensted.dk",
            "anne@-hedensted.dk",
            "anne@hedensted..dk",
            "ånne@hedensted.dk",
            "anne@hedensted.d",
            f"{'a' * 65}@hedensted.dk",
            f"anne@{'a' * 64}.dk",
            f"anne@{'abcdefgh.' * 30}dk",
        ],
    )
    def test_refuses(self, text: str) -> None:
        assert email_of(text) is None

    @given(st.text() | st.from_regex(r"[^@]*@[^@]*\.[a-z]+\s*", fullmatch=True))
    def test_what_is_taken_can_end_no_header_and_name_nobody_else(self, text: str) -> None:
        found = email_of(text)
        if found is not None:
            assert found.isascii()
            assert found.isprintable()
            assert found.count("@") == 1
            assert not set(found) & set(' <>,;:"()[]\\')


class TestMobile:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("20123456", "+4520123456"),
            ("20 12 34 56", "+4520123456"),
            ("+45 2012-3456", "+4520123456"),
            ("004520123456", "+4520123456"),
            ("+46 70 123 45 67", "+46701234567"),
        ],
    )
    def test_takes(self, text: str, number: str) -> None:
        assert mobile_of(text) == number

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "1234567",
            "10123456",
            "+4510123456",
            "+45201234567",
            "+0123456789",
            "20123456x",
            "٢٠١٢٣٤٥٦",
            "20123456\n",
        ],
    )
    def test_refuses(self, text: str) -> None:
        assert mobile_of(text) is None


class TestReachedBy:
    @pytest.mark.parametrize(
        ("email", "mobile", "reached"),
        [
            ("anne@hedensted.dk", "20123456", ("e-mail", "anne@hedensted.dk", "en")),
            (None, "20123456", ("sms", "+4520123456", "en")),
            ("not an address", "20123456", ("sms", "+4520123456", "en")),
            ("not an address", "nor a number", ("none", None, "en")),
            (None, None, ("none", None, "en")),
        ],
    )
    def test_mail_before_sms_before_nothing(
        self, email: str | None, mobile: str | None, reached: tuple[str, str | None, str]
    ) -> None:
        assert reached_by(Contact(email=email, mobile=mobile, language="en")) == reached
