"""Records: frozen dataclasses that cost little to declare; refuses assignment and changing defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields, is_dataclass, make_dataclass
from functools import partial
from inspect import get_annotations
from typing import Any, TypeAlias, TypeVar, dataclass_transform, overload

T = TypeVar("T")
Kinds: TypeAlias = "dict[str, Any]"
Given: TypeAlias = "dict[str, Field[Any]]"
_NO_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")
# Where `dataclasses` looks up what it knows of a class. No documentation says so: test_records tries
# everything there that looks.
_TOLD = ("__dataclass_fields__", "__dataclass_params__")


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
    `fields`, `replace`, `asdict` and `is_dataclass` work as ever: who first asks for a record's fields
    has `dataclasses` make its twin, and reads them there.

    Raises
    ------
    TypeError
        When a record is made with fields that aren't there, twice or not at all; when one is declared
        with a field without a type, or with a `ClassVar`, `InitVar` or `KW_ONLY`.
    ValueError
        When a default can change.

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
    own = set(vars(cls))
    kinds, given = _fields_of(cls)
    names = tuple(kinds)
    twin = partial(_twin_of, cls, kinds, given, eq)
    attributes: dict[str, Any] = {
        "__init__": _init_of(names, given, hasattr(cls, "__post_init__")),
        "__repr__": _repr_of(names),
        "__setattr__": _refuse_setting,
        "__delattr__": _refuse_deleting,
        "__match_args__": names,
    }
    if eq:
        attributes |= {"__eq__": _eq_of(names), "__hash__": _hash_of(names)}
    attributes |= {name: _Told(name, cls, twin) for name in _TOLD}
    for name, value in attributes.items():
        if name not in own:
            setattr(cls, name, value)
    return cls


def _fields_of(cls: type) -> tuple[Kinds, Given]:
    """Return the fields' types, and the fields that have more to them than a type; a base's come first."""
    kinds = get_annotations(cls)
    told = str(kinds)
    if any(word in told for word in _NO_FIELDS):
        raise TypeError(f"{cls.__name__}: a record has fields and nothing else, {kinds}")
    given = _given_in(cls, kinds)
    bases = [base for base in cls.__mro__[:0:-1] if is_dataclass(base)]
    if not bases:
        return kinds, given
    inherited = {one.name: one for base in bases for one in fields(base)}
    kept = {name: one for name, one in inherited.items() if name not in kinds}
    return {name: one.type for name, one in inherited.items()} | kinds, kept | given


def _given_in(cls: type, kinds: Kinds) -> Given:
    """Read defaults and `field`s, and leave in the class what is an attribute of it: a default."""
    for name, value in vars(cls).items():
        if isinstance(value, Field) and name not in kinds:
            raise TypeError(f"{cls.__name__}.{name} is a field without a type")
    given: dict[str, Any] = {name: getattr(cls, name) for name in kinds if hasattr(cls, name)}
    for name, value in given.items():
        given[name] = one = value if isinstance(value, Field) else field(default=value)
        if type(one.default).__hash__ is None:
            raise ValueError(f"{cls.__name__}.{name}: a default that can change; use default_factory")
        if one.default is not MISSING:
            setattr(cls, name, one.default)
        else:
            delattr(cls, name)
    return given


class _Told:
    """What `dataclasses` wants to know of a record, made when it first asks: that is what costs."""

    def __init__(self, name: str, cls: type, twin: Callable[[], type]) -> None:
        self._name, self._cls, self._twin = name, cls, twin

    def __get__(self, held: object, owner: type) -> Any:
        twin = self._twin()
        for name in _TOLD:
            setattr(self._cls, name, getattr(twin, name))
        return getattr(twin, self._name)


def _twin_of(cls: type, kinds: Kinds, given: Given, eq: bool) -> type:
    declared = [(name, kind, given.get(name, field())) for name, kind in kinds.items()]
    return make_dataclass(cls.__name__, declared, namespace={"__doc__": cls.__doc__}, frozen=True, eq=eq)


def _init_of(names: tuple[str, ...], given: Given, checks: bool) -> Callable[..., None]:
    put, whole = object.__setattr__, _values_of(names, given)
    defaults = _defaults_after(names, given)

    def init(self: Any, *values: Any, **named: Any) -> None:
        after = defaults.get(len(values)) if not named else None
        held = whole(type(self), values, named) if after is None else values + after
        for name, value in zip(names, held, strict=True):
            put(self, name, value)
        if checks:
            self.__post_init__()

    return init


def _defaults_after(names: tuple[str, ...], given: Given) -> dict[int, tuple[Any, ...]]:
    """Return the defaults after so many values, of as many values as suffice: most records are made so."""
    found: dict[int, tuple[Any, ...]] = {len(names): ()}
    for place in range(len(names) - 1, -1, -1):
        one = given.get(names[place])
        if one is None or one.default is MISSING:
            break
        found[place] = (one.default, *found[place + 1])
    return found


def _values_of(names: tuple[str, ...], given: Given) -> Callable[..., list[Any]]:
    defaults = {name: one.default for name, one in given.items() if one.default is not MISSING}
    factories = {
        name: one.default_factory for name, one in given.items() if one.default_factory is not MISSING
    }

    def whole(owner: type, values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """Put what a record is made with in the order of its fields, defaults where nothing is given."""
        if len(values) > len(names):
            raise TypeError(f"{owner.__name__} has {len(names)} fields, got {len(values)}")
        held = dict(zip(names, values, strict=False))
        if named:
            if not held.keys().isdisjoint(named):
                raise TypeError(f"{owner.__name__}: a field given twice")
            held |= named
        if len(held) < len(names):
            made = {name: make() for name, make in factories.items() if name not in held}
            held = defaults | made | held
        if held.keys() != set(names):
            raise TypeError(f"{owner.__name__} takes {', '.join(names)}; got {', '.join(held)}")
        return [held[name] for name in names]

    return whole


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
