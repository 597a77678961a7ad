"""Everything closed that is held of one tenant, by wave, and what its things are called; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import comparable
from shared.contracts.register import AreaState, EnrolmentState, GroupState, StudyState, UnitState
from shared.contracts.survey import Form

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wave:
    """All closed measurements of one tenant's cases and wave."""

    code: str
    measurements: Sequence[Measurement]

    def of(self, form: Form) -> list[Measurement]:
        """Return those of one form that can be taken together."""
        return comparable(self.measurements, form)

    def by_case(self, form: Form) -> dict[UUID, Measurement]:
        """Return those of one form by case."""
        return {each.state.case_id: each for each in self.of(form) if each.state.case_id is not None}


@dataclass(frozen=True, slots=True)
class Register:
    """What the register calls a tenant's things, and which cases are in which arm of a study."""

    areas: Mapping[UUID, AreaState] = field(default_factory=dict)
    units: Mapping[UUID, UnitState] = field(default_factory=dict)
    groups: Mapping[UUID, GroupState] = field(default_factory=dict)
    studies: Mapping[UUID, StudyState] = field(default_factory=dict)
    enrolments: Sequence[EnrolmentState] = ()


@dataclass(frozen=True, slots=True)
class Holdings:
    """All closed measurements of a tenant; the same data version means the same data.

    `waves` are the cases' in the order of their ordinals; `of_groups` are the collaboration groups'
    measurements, which have no case.
    """

    data_version: str
    waves: Mapping[str, Wave]
    of_groups: Sequence[Measurement] = ()
    register: Register = Register()
    _derived: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def wave(self, code: str) -> Wave:
        """Return a wave, empty if nothing in it is closed."""
        return self.waves.get(code) or Wave(code, ())

    def derived(self, key: str, work_out: Callable[[], T]) -> T:
        """Return what was worked out of these data under a key; only the first who asks works it out."""
        if key not in self._derived:
            self._derived[key] = work_out()
        found: T = self._derived[key]
        return found
