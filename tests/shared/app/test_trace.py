"""A trace is passed on with a new parent; for what is none a new one begins, without its state."""

import pytest

from shared.app.trace import Trace, onward_fields, trace_of

ID, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
OWN = "ab" * 16


@pytest.mark.parametrize(
    ("field", "flags"),
    [
        (f"00-{ID}-{PARENT}-01", 1),
        (f"00-{ID}-{PARENT}-00", 0),
        (f"00-{ID}-{PARENT}-ff", 3),
        (f"01-{ID}-{PARENT}-01", 1),
        (f"cc-{ID}-{PARENT}-01-what-comes", 1),
    ],
)
def test_a_good_one_is_taken(field: str, flags: int) -> None:
    assert trace_of([field.encode()]) == Trace(ID, flags)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [f"00-{ID}-{PARENT}-01", f"00-{ID}-{PARENT}-01"],
        [f"00-{ID}-{PARENT}-01-more"],
        [f"ff-{ID}-{PARENT}-01"],
        [f"00-{'0' * 32}-{PARENT}-01"],
        [f"00-{ID}-{'0' * 16}-01"],
        [f"00-{ID.upper()}-{PARENT}-01"],
        [f"00-{ID[1:]}-{PARENT}-01"],
        [f"00-{ID}-{PARENT}-1"],
        [f"00-{ID}-{PARENT}-01\n"],
        [f" 00-{ID}-{PARENT}-01"],
        [f"cc-{ID}-{PARENT}-01more"],
        ["nonsense"],
    ],
)
def test_what_is_none_is_none(fields: list[str]) -> None:
    assert trace_of([each.encode() for each in fields]) is None


def test_it_goes_on_with_a_new_parent_and_its_state() -> None:
    headers = [(b"tracestate", b"a=1"), (b"accept", b"*/*"), (b"tracestate", b"b=2")]
    (parent, state) = onward_fields(Trace(ID, 1), OWN, headers)
    version, trace, new, flags = parent[1].split("-")
    assert (parent[0], version, trace, flags) == ("traceparent", "00", ID, "01")
    assert new != PARENT
    assert state == ("tracestate", "a=1,b=2")


def test_a_state_that_is_too_long_stays_behind() -> None:
    long = [(b"tracestate", b"a=" + b"1" * 511)]
    assert [name for name, _ in onward_fields(Trace(ID, 0), OWN, long)] == ["traceparent"]


@pytest.mark.parametrize("request_id", ["mine-12345678", "0" * 32, OWN.upper(), ""])
def test_without_one_a_new_one_begins_and_no_state_goes_on(request_id: str) -> None:
    ((name, value),) = onward_fields(None, request_id, [(b"tracestate", b"a=1")])
    assert name == "traceparent"
    assert trace_of([value.encode()]) == Trace(value[3:35], 0)
    assert value[3:35] != request_id
    ((_, same),) = onward_fields(None, OWN, [])
    assert same.startswith(f"00-{OWN}-")
