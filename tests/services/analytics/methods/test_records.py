"""Records behave as frozen dataclasses do, in all that the methods use of them."""

import copy
from collections.abc import Iterator
from dataclasses import (
    MISSING,
    FrozenInstanceError,
    asdict,
    astuple,
    dataclass,
    field,
    fields,
    is_dataclass,
    replace,
)
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from pkgutil import iter_modules
from typing import Any, ClassVar

import numpy as np
import pytest

from services.analytics import methods
from services.analytics.methods.records import record


@record
class Reading:
    """A reading."""

    value: float
    unit: str = "points"
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("a reading isn't negative")

    @property
    def doubled(self) -> float:
        return 2 * self.value


@dataclass(frozen=True)
class Twin:
    """The same, declared as usual."""

    value: float
    unit: str = "points"


@record
class Pair:
    """Two hashable fields."""

    first: int
    second: int


@record
class Triple(Pair):
    """A pair and a note."""

    third: int = 3
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Marked(Pair):
    """A dataclass as usual, of a record."""

    mark: str = "!"


@record(eq=False)
class Rows:
    """A record of an array."""

    values: np.ndarray


def test_it_is_a_dataclass_with_its_fields() -> None:
    held = Reading(2.0, tags=["x"])
    assert is_dataclass(held)
    assert [one.name for one in fields(held)] == ["value", "unit", "tags"]
    assert asdict(held) == {"value": 2.0, "unit": "points", "tags": ["x"]}
    assert replace(held, unit="m") == Reading(2.0, "m", ["x"])
    assert held.doubled == 4
    assert Reading.__doc__ == "A reading."


def test_it_shows_itself_as_its_twin() -> None:
    assert repr(Pair(1, 2)) == "Pair(first=1, second=2)"
    assert repr(Twin(1.5)).removeprefix("Twin") in repr(Reading(1.5)).replace(", tags=[]", "")


def test_equal_fields_of_one_class_make_equal_records() -> None:
    assert Pair(1, 2) == Pair(1, 2)
    assert Pair(1, 2) != Pair(2, 1)
    other: object = (1, 2)
    assert Pair(1, 2) != other
    assert len({Pair(1, 2), Pair(1, 2), Pair(3, 4)}) == 2
    rows = Rows(np.zeros(2))
    assert rows != Rows(rows.values)
    assert len({rows, rows}) == 1


def test_nothing_is_set_or_deleted() -> None:
    held = Pair(1, 2)
    for name in ("first", "third"):
        with pytest.raises(FrozenInstanceError):
            setattr(held, name, 3)
        with pytest.raises(FrozenInstanceError):
            delattr(held, name)
    assert held.first == 1


def test_each_record_has_a_default_of_its_own() -> None:
    first, second = Reading(1.0), Reading(1.0)
    first.tags.append("mine")
    assert second.tags == []


def test_checks_run() -> None:
    with pytest.raises(ValueError, match="negative"):
        Reading(-1.0)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), {}),
        ((1,), {}),
        ((1, 2, 3), {}),
        ((1, 2), {"second": 2}),
        ((1,), {"third": 3}),
        ((1, 2), {"x": 1}),
    ],
)
def test_fields_are_given_once_and_all(given: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Pair"):
        Pair(*given, **named)


def test_fields_tell_what_the_declaration_says() -> None:
    value, unit, tags = fields(Reading)
    assert (value.type, value.default, value.default_factory) == (float, MISSING, MISSING)
    assert (unit.default, unit.default_factory) == ("points", MISSING)
    assert (tags.default, tags.default_factory) == (MISSING, list)
    assert fields(Reading) == fields(Reading(1.0))
    assert Reading.unit == "points"
    assert not hasattr(Reading, "tags")


def test_dataclasses_go_through_records_in_records() -> None:
    @record
    class Both:
        pair: Pair
        held: tuple[Pair, ...]

    both = Both(Pair(1, 2), (Pair(3, 4),))
    assert asdict(both)["held"] == ({"first": 3, "second": 4},)
    assert astuple(both) == ((1, 2), ((3, 4),))
    assert replace(both, held=()).pair is both.pair
    not_there: dict[str, Any] = {"third": 3}
    with pytest.raises(TypeError, match="Both"):
        replace(both, **not_there)


def test_replacing_checks_again() -> None:
    with pytest.raises(ValueError, match="negative"):
        replace(Reading(1.0), value=-1.0)


@pytest.mark.parametrize("held", [Pair(1, 2), Triple(1, 2), Marked(1, 2), Reading(1.0)])
def test_copies_and_what_processes_send_are_equal_and_as_frozen(held: Any) -> None:
    for other in (copy.copy(held), copy.deepcopy(held), ForkingPickler.loads(ForkingPickler.dumps(held))):
        assert other is not held
        assert (other, repr(other)) == (held, repr(held))
        with pytest.raises(FrozenInstanceError):
            other.first = 3


def test_a_pattern_finds_the_fields_in_order() -> None:
    match Pair(1, 2):
        case Pair(first, second):
            assert (first, second) == (1, 2)


def test_a_record_of_a_record_has_the_fields_of_both() -> None:
    assert [one.name for one in fields(Triple)] == ["first", "second", "third", "notes"]
    assert repr(Triple(1, 2)) == "Triple(first=1, second=2, third=3, notes=[])"
    assert Triple(1, 2) == Triple(1, 2, 3, [])
    assert Triple(1, 2) != Pair(1, 2)
    assert [one.name for one in fields(Pair)] == ["first", "second"]


def test_a_frozen_dataclass_can_be_one_of_a_record() -> None:
    assert asdict(Marked(1, 2)) == {"first": 1, "second": 2, "mark": "!"}
    loose = type("Loose", (Pair,), {})
    with pytest.raises(TypeError, match="frozen"):
        dataclass(loose)


@pytest.mark.parametrize(
    ("kind", "value", "refusal"),
    [
        (list[int], [], ValueError),
        ("np.ndarray", np.zeros(2), ValueError),
        (list[int], field(default={}), ValueError),
        (ClassVar[int], 0, TypeError),
        ("ClassVar[int]", 0, TypeError),
        ("InitVar[int]", 0, TypeError),
        (None, field(default=0), TypeError),
    ],
)
def test_what_no_record_holds_is_refused_at_the_declaration(
    kind: Any, value: object, refusal: type[Exception]
) -> None:
    kinds = {} if kind is None else {"rows": kind}
    with pytest.raises(refusal, match=r"Wrong.*rows"):
        record(type("Wrong", (), {"__annotations__": kinds, "rows": value}))


def declared() -> Iterator[type]:
    """Every record of the methods."""
    for module in iter_modules(methods.__path__):
        held = import_module(f"{methods.__name__}.{module.name}")
        yield from (one for one in vars(held).values() if isinstance(one, type) and is_dataclass(one))


def test_dataclasses_accept_every_record_of_the_methods() -> None:
    known = set(declared())
    assert len(known) > 90
    for one in known:
        assert tuple(each.name for each in fields(one)) == getattr(one, "__match_args__", None)


def test_dataclasses_would_refuse_a_default_before_a_field_without() -> None:
    disordered: type[Any] = record(
        type("Disordered", (), {"__annotations__": {"x": int, "y": int}, "x": 0})
    )
    with pytest.raises(TypeError, match="non-default argument 'y'"):
        fields(disordered)
