"""Records: frozen dataclasses that cost little to declare; refuses assignment and changing defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, eq: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T] | None = None, /, *, eq: bool = True) -> type[T] | Callable[[type[T]], type[T]]:
    """Declare a frozen dataclass.

    Parameters
    ----------
    cls : type
    eq : bool
        Whether equal fields make equal records; False for records that hold arrays.

    Notes
    -----
    `dataclasses.dataclass(frozen=True)` compiles six functions per class, a millisecond: a hundred
    results would cost more to import than all the statistics. Here every record shares the same six.
    `fields`, `replace`, `asdict` and `is_dataclass` work as ever.

    Raises
    ------
    TypeError
        When a record is made with fields that aren't there, twice or not at all.

    Examples
    --------
    >>> @record
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), hash(Point(1)) == hash(Point(1))
    (Point(x=1, y=0), True, True)
    """
    if cls is None:
        return lambda one: _declared(one, eq)
    return _declared(cls, eq)


def _declared(cls: type[T], eq: bool) -> type[T]:
    own = set(cls.__dict__)
    held = dataclass(init=False, repr=False, eq=False)(cls)
    names = tuple(one.name for one in _fields_of(held))
    methods: dict[str, Any] = {
        "__init__": _init_of(_fields_of(held), hasattr(held, "__post_init__")),
        "__repr__": _repr_of(names),
        "__setattr__": _refuse_setting,
        "__delattr__": _refuse_deleting,
    }
    if eq:
        methods |= {"__eq__": _eq_of(names), "__hash__": _hash_of(names)}
    for name, method in methods.items():
        if name not in own:
            setattr(held, name, method)
    return held


def _fields_of(held: Any) -> tuple[Field[Any], ...]:
    return fields(held)


def _init_of(known: tuple[Field[Any], ...], checks: bool) -> Callable[..., None]:
    names = tuple(one.name for one in known)
    defaults = {one.name: one.default for one in known if one.default is not MISSING}
    factories = {one.name: one.default_factory for one in known if one.default_factory is not MISSING}

    def init(self: Any, *given: Any, **named: Any) -> None:
        if len(given) > len(names):
            raise TypeError(f"{type(self).__name__} has {len(names)} fields, got {len(given)}")
        held = dict(zip(names, given, strict=False))
        if named:
            if not held.keys().isdisjoint(named):
                raise TypeError(f"{type(self).__name__}: a field given twice")
            held |= named
        if len(held) < len(names):
            made = {name: make() for name, make in factories.items() if name not in held}
            held = defaults | made | held
        if held.keys() != set(names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)}; got {', '.join(held)}")
        for name in names:
            object.__setattr__(self, name, held[name])
        if checks:
            self.__post_init__()

    return init


def _repr_of(names: tuple[str, ...]) -> Callable[[Any], str]:
    def show(self: Any) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return show


def _eq_of(names: tuple[str, ...]) -> Callable[[Any, object], Any]:
    def same(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)

    return same


def _hash_of(names: tuple[str, ...]) -> Callable[[Any], int]:
    def digest(self: Any) -> int:
        return hash(tuple(getattr(self, name) for name in names))

    return digest


def _refuse_setting(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
