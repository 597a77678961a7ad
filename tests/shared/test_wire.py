"""Values on the wire: camelCase, nothing unknown, nothing that can not be kept."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.wire import (
    Code,
    Day,
    Line,
    Moment,
    MunicipalityCode,
    Purpose,
    Reference,
    SourceVersion,
    WireModel,
)


class _Note(WireModel):
    word_count: int
    made_at: Moment | None = None


class TestWireModel:
    """A frozen object that knows its keys."""

    def test_keys_are_camel_case(self) -> None:
        note = _Note.model_validate({"wordCount": 1, "madeAt": "2026-01-01T01:00:00+01:00"})
        assert note.model_dump_json(by_alias=True) == '{"wordCount":1,"madeAt":"2026-01-01T00:00:00Z"}'

    def test_unknown_keys_are_errors_that_do_not_repeat(self) -> None:
        with pytest.raises(ValidationError) as refused:
            _Note.model_validate({"wordCount": "canary", "more": "canary"})
        assert "canary" not in str(refused.value)

    def test_it_does_not_change(self) -> None:
        note: Any = _Note(word_count=1)
        with pytest.raises(ValidationError):
            note.word_count = 2


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Line, ["x", "x" * 200, "Børn og Unge", "👩‍👧"], ["", " ", "x" * 201, "a\x00", "\ud800", 1]),
        (
            Code,
            ["a", "a-b-1", "x" * 64],
            ["", "A", "a_b", "-a", "a-", "a--b", "a\n", "x" * 65, "æ", "010799-1231", "0107991231"],
        ),
        (
            Purpose,
            ["Indsigt", "1012345", "12345678901"],
            ["", "om 010799-1231", "0107991231", "010799.1231"],
        ),
        (Reference, ["A.b_c~d:e-1", "x" * 128], ["", "a/b", "a b", "a?", "a\n", "æ", "x" * 129]),
        (MunicipalityCode, ["0766"], ["766", "07660", "٠٧٦٦", "0766\n", 766]),
        (SourceVersion, [1, 2**62], [0, -1, 2**62 + 1, 1.5, "x"]),
        (
            Moment,
            ["2026-01-01T00:00:00Z", "2026-01-01t02:00:00.5+02:00", datetime(2026, 1, 1, tzinfo=UTC)],
            ["2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "x", 0, "0", 1767225600.5, "1767225600"],
        ),
        (Day, ["2026-03-02"], ["2026-02-30", "x", 0, "0", 86400, "2026-03-02T00:00:00", None]),
    ],
    ids=["line", "code", "purpose", "reference", "municipality", "version", "moment", "day"],
)
def test_kinds(kind: Any, good: list[object], bad: list[object]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    for value in good:
        adapter.validate_python(value)
    for value in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


@given(
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9))])
    )
)
def test_a_moment_is_written_in_utc_and_read_again(moment: datetime) -> None:
    if not datetime(1, 1, 3, tzinfo=UTC) < moment < datetime(9999, 12, 29, tzinfo=UTC):
        return
    written = _Note(word_count=1, made_at=moment).model_dump_json(by_alias=True)
    assert 'Z"}' in written
    assert _Note.model_validate_json(written).made_at == moment


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:01Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:01Z"),
        ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_moment_past_what_can_be_kept_is_the_last_that_can(sent: str, kept: str) -> None:
    note = _Note.model_validate({"wordCount": 1, "madeAt": sent})
    assert note.model_dump(mode="json", by_alias=True)["madeAt"] == kept


def test_a_line_is_blank_where_its_pattern_says_so() -> None:
    """To the character: what the document says of white space is what is stripped."""
    line = TypeAdapter(Line)
    declared = re.compile(line.json_schema()["pattern"])

    def is_taken(sign: str) -> bool:
        try:
            line.validate_python(sign)
        except ValidationError:
            return False
        return True

    signs = [chr(each) for each in range(1, 0x3100)] + ["\ufeff", "\uff00", "\U0001f600"]
    assert [each for each in signs if is_taken(each) != bool(declared.search(each))] == []
    assert sum(map(is_taken, signs)) == len(signs) - 25
