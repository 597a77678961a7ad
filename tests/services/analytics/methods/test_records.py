"""Records behave as frozen dataclasses do, in all that the methods use of them."""

from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace

import numpy as np
import pytest

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
