"""Respondents' tokens: what we wrote is read again, and nothing else is."""

import base64
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.survey.answering.tokens import PREFIX, RespondentToken, RespondentTokens, TokenForged
from tests.support.keys import random_secret

KEY = random_secret().encode()
TOKENS = RespondentTokens(KEY)

any_token = st.builds(RespondentToken, st.uuids(), st.uuids(), st.integers(0, 2**32 - 1))


def spelled(raw: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw_of(text: str) -> bytes:
    encoded = text.removeprefix(PREFIX)
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


class TestRespondentTokens:
    @given(any_token)
    def test_reads_what_it_wrote_and_always_writes_the_same(self, token: RespondentToken) -> None:
        text = TOKENS.write(token)
        assert TOKENS.read(text) == token
        assert RespondentTokens(KEY).write(token) == text

    @given(any_token)
    def test_a_link_holds_it_as_it_is(self, token: RespondentToken) -> None:
        text = TOKENS.write(token)
        assert text.startswith("rt_")
        assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    @settings(max_examples=10)
    @given(any_token)
    def test_every_changed_bit_is_refused(self, token: RespondentToken) -> None:
        raw = raw_of(TOKENS.write(token))
        for bit in range(len(raw) * 8):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(TokenForged):
                TOKENS.read(spelled(bytes(changed)))

    @given(any_token, st.data())
    def test_every_changed_character_is_refused(self, token: RespondentToken, data: st.DataObject) -> None:
        text = TOKENS.write(token)
        place = data.draw(st.integers(0, len(text) - 1))
        other = data.draw(st.characters().filter(lambda sign: sign != text[place]))
        with pytest.raises(TokenForged):
            TOKENS.read(text[:place] + other + text[place + 1 :])

    @given(any_token)
    def test_the_last_characters_idle_bits_are_no_second_spelling(self, token: RespondentToken) -> None:
        text = TOKENS.write(token)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        others = [text[:-1] + sign for sign in alphabet if sign != text[-1]]
        # The negative control: to a decoder alone, some of these are the same bytes.
        assert sum(raw_of(other) == raw_of(text) for other in others) == 15
        for other in others:
            with pytest.raises(TokenForged):
                TOKENS.read(other)

    @given(any_token)
    def test_another_key_did_not_write_it(self, token: RespondentToken) -> None:
        with pytest.raises(TokenForged):
            RespondentTokens(random_secret().encode()).read(TOKENS.write(token))

    @given(any_token, st.integers(1, 51))
    def test_a_part_of_one_is_none(self, token: RespondentToken, length: int) -> None:
        raw = raw_of(TOKENS.write(token))
        for part in (raw[:length], raw[length:], raw + raw[:length]):
            with pytest.raises(TokenForged):
                TOKENS.read(spelled(part))

    @given(any_token)
    def test_generations_have_nothing_in_common(self, token: RespondentToken) -> None:
        later = RespondentToken(token.tenant, token.invitation, (token.generation + 1) % 2**32)
        assert TOKENS.write(later)[-20:] != TOKENS.write(token)[-20:]

    @pytest.mark.parametrize(
        "text", ["", "rt_", "rt_æøå", "rt_ ", "Bearer", "rt_rt_", "eyJhbGciOiJub25lIn0.e30."]
    )
    def test_refuses_anything_else(self, text: str) -> None:
        with pytest.raises(TokenForged):
            TOKENS.read(text)

    def test_refuses_it_without_its_prefix(self) -> None:
        text = TOKENS.write(RespondentToken(UUID(int=1), UUID(int=2), 1))
        with pytest.raises(TokenForged):
            TOKENS.read(text.removeprefix(PREFIX))
        with pytest.raises(TokenForged):
            TOKENS.read(PREFIX + text)
