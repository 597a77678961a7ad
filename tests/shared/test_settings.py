"""Settings: a service without real secrets does not start, and says nothing of those it got."""

import secrets
from typing import Any

import pytest
from pydantic import ValidationError

from tests.shared.notes import NotesSettings

GOOD = {
    "NOTES_PORT": "8001",
    "NOTES_METRICS_PORT": "9001",
    "NOTES_APP_DSN": "postgresql://app:canary-password@127.0.0.1/notes",
    "NOTES_FEED_DSN": "postgresql://feed:canary-password@127.0.0.1/notes",
    "NOTES_FINGERPRINT_KEY": secrets.token_urlsafe(48),
    "NOTES_TRUSTED_KEYS": '{"gateway": {"keys": []}}',
}


def settings(monkeypatch: pytest.MonkeyPatch, **changed: str | None) -> NotesSettings:
    """Read settings from an environment with some variables changed or, with None, missing."""
    for name, value in {**GOOD, **changed}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    read: Any = NotesSettings
    found: NotesSettings = read()
    return found


def test_a_full_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, NOTES_SOMETHING_ELSE="x")
    assert (found.port, found.host, found.max_body_bytes) == (8001, "127.0.0.1", 1_048_576)
    assert found.fingerprint_key.get_secret_value() == GOOD["NOTES_FINGERPRINT_KEY"]
    assert GOOD["NOTES_FINGERPRINT_KEY"] not in f"{found!r} {found}"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_nothing_may_be_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ValidationError, match=name.removeprefix("NOTES_").lower()):
        settings(monkeypatch, **{name: None})


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "short-but-random-Zx9",
        "q7Rk2mV9xT4bL8nW3cY6hJ5gD1fS0aP",
        "change-me-q7Rk2mV9xT4bL8nW3cY6hJ5gD1f",
        "CHANGEME-q7Rk2mV9xT4bL8nW3cY6hJ5gD1f",
        "my-secret-q7Rk2mV9xT4bL8nW3cY6hJ5gD1f",
        "Password-q7Rk2mV9xT4bL8nW3cY6hJ5gD1f",
        "example-q7Rk2mV9xT4bL8nW3cY6hJ5gD1f",
        "q7Rk2mV9xT4bL8nW3cY6hJ5gD1f-12345-abc",
        "x" * 64,
        "q7Rk2mV9xT4bL8nW" + "a" * 8 + "3cY6hJ5gD1fS0aP",
    ],
)
def test_secrets_must_be_real(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(monkeypatch, NOTES_FINGERPRINT_KEY=secret)
    assert "32 characters" in str(refused.value)
    if secret:
        assert secret not in str(refused.value)
        assert secret not in repr(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTES_PORT", "65536"),
        ("NOTES_PORT", "canary"),
        ("NOTES_APP_DSN", "mysql://app:canary@127.0.0.1/notes"),
        ("NOTES_FEED_DSN", "canary"),
        ("NOTES_TRUSTED_KEYS", '{"gateway": "canary"}'),
        ("NOTES_POOL_SIZE", "0"),
        ("NOTES_MAX_BODY_BYTES", "1"),
        ("NOTES_RECEIVE_SECONDS", "0"),
        ("NOTES_LOG_LEVEL", "canary"),
    ],
)
def test_wrong_values_are_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(monkeypatch, **{name: value})
    assert "canary" not in str(refused.value)


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Any = settings(monkeypatch)
    with pytest.raises(ValidationError):
        found.port = 1
