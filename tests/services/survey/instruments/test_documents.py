"""Documents are read as plain values, the same from JSON and YAML; what could grow or hide is refused."""

import contextlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.instruments.documents import (
    MOST_LEVELS,
    MOST_VALUES,
    UnreadableDocument,
    read_json,
    read_yaml,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: -1.5", {"a": -1.5}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: true", {"a": True}),
        ("a: 'true'", {"a": "true"}),
        ("a: ~\nb:", {"a": None, "b": None}),
        ("a: no\nb: on\nc: yes", {"a": "no", "b": "on", "c": "yes"}),
        ("no: Norsk", {"no": "Norsk"}),
        ("1: x\n2: y", {"1": "x", "2": "y"}),
        ("a: 2026-03-02", {"a": "2026-03-02"}),
        ("a: 012", {"a": 12}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: 99999999999999999999", {"a": "99999999999999999999"}),
        ("a: |\n  to\n  linjer\n", {"a": "to\nlinjer\n"}),
        ("a: >-\n  en\n  linje\n", {"a": "en linje"}),
        ("- a\n- [b, {c: d}]", ["a", ["b", {"c": "d"}]]),
        ("# kun en bemærkning\na: æøå", {"a": "æøå"}),
        ("a: '{subject}'", {"a": "{subject}"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
    ],
)
def test_yaml_is_read_by_its_core_schema(text: str, value: object) -> None:
    found = read_yaml(text.encode())
    assert (found, str(found)) == (value, str(value))


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x",
        "a: &x 1",
        "a: &x {b: 1}\nc: [*x, *x, *x]",
        "a: &x [*x]",
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "1: a\n'1': b",
        "a: !!python/object/apply:os.system ['true']",
        "a: !!int '3'",
        "a: !own 3",
        "? [a, b]\n: c",
        "? {a: b}\n: c",
        "a: 1\n---\nb: 2",
        "",
        "---\n...\n---\n",
        "a: [",
        "a: b: c",
        "\t- a",
        "a: \x00",
        "[" * 50 + "]" * 50,
        "[" * 5000,
        "- " * 100_000 + "a",
    ],
)
def test_yaml_that_is_more_than_values_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument):
        read_yaml(text.encode())


def test_a_growing_document_does_not_grow() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{after}: &{after} [{', '.join([f'*{name}'] * 9)}]"
        for name, after in zip("abcdef", "bcdefg", strict=True)
    ]
    with pytest.raises(UnreadableDocument, match="anchors"):
        read_yaml("\n".join(lines).encode())


@pytest.mark.parametrize("read", [read_json, read_yaml])
@pytest.mark.parametrize(
    ("values", "levels"), [(2 * MOST_VALUES + 1, 1), (10, MOST_LEVELS + 2)], ids=["too much", "too deep"]
)
def test_what_holds_too_much_or_goes_too_deep_is_refused(
    read: Callable[[bytes], object], values: int, levels: int
) -> None:
    def document(values: int, levels: int) -> bytes:
        return ("[" * levels + ",".join("1" * values) + "]" * levels).encode()

    with pytest.raises(UnreadableDocument, match=r"too deep|more than any definition"):
        read(document(values, levels))
    assert read(document(MOST_VALUES - MOST_LEVELS - 1, MOST_LEVELS))


def test_json_is_read_as_it_stands() -> None:
    assert read_json(b'{"a": [1, 2.5, null, true, "\xc3\xa6"]}') == {"a": [1, 2.5, None, True, "æ"]}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'{"b": [{"a": 1, "a": 2}]}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1',
        b"",
        b"a: 1",
        b'"\xff"',
        b"[" * 100_000,
        b"1" * 5000,
    ],
)
def test_json_that_is_more_than_values_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        read_json(body)


@given(
    st.sampled_from([read_json, read_yaml]),
    st.binary(max_size=60) | st.text("ab{}[]:,-?&*!|>'\"#% \n1.", max_size=60).map(str.encode),
)
def test_whatever_is_sent_is_read_or_refused(read: Callable[[bytes], object], body: bytes) -> None:
    with contextlib.suppress(UnreadableDocument):
        json.dumps(read(body))


@pytest.mark.parametrize("read", [read_json, read_yaml])
def test_bytes_that_are_no_text_are_refused(read: Callable[[bytes], object]) -> None:
    with pytest.raises(UnreadableDocument):
        read(b"\xff\xfe\x00a")


def test_a_refusal_repeats_nothing() -> None:
    for read, body in ((read_yaml, b"secret: *secret"), (read_json, b'{"secret": 1, "secret": 2}')):
        with pytest.raises(UnreadableDocument) as refusal:
            read(body)
        assert "secret" not in str(refusal.value)
