"""Everything closed that is held of one tenant, by wave, and what its things are called; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from services.analytics.projection.measurement import Measurement
from services.analytics.projection.packed_rows import PackedMeasurements
from services.analytics.projection.selection import (
    STANDARD_INSTRUMENT,
    Kind,
    kind_of,
    places_by_version,
    places_of,
)
from services.analytics.projection.worked_out import WorkedOut
from services.analytics.release.decisions import GroupSize
from services.analytics.release.steps import released_measurements
from shared.contracts.register import AreaState, EnrolmentState, GroupState, StudyState, UnitState
from shared.contracts.survey import Form

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wave:
    """All closed measurements of one tenant's cases and wave.

    With a group size, what closes enters figures over all cases in steps of so many people; without one,
    everything closed is in them. A case's own results for its team, or somebody's own, don't wait.
    """

    code: str
    measurements: Sequence[Measurement]
    size: GroupSize | None = None
    worked_out: WorkedOut = field(default_factory=WorkedOut, repr=False, compare=False)
    """What was worked out of this wave alone: it stays when others or the register change."""

    def in_steps(self, size: GroupSize) -> "Wave":
        """Return the same, where what closes enters figures over all cases in steps of so many people."""
        found = self.worked_out.once(f"in-steps/{size.minimum}", WorkedOut)
        return Wave(self.code, self.measurements, size, found)

    def of(self, form: Form) -> list[Measurement]:
        """Return those of one form that figures over all cases may be made of, taken together.

        They are of the version of the standard instrument that most of them used; of two used alike, the
        newer.
        """
        versions = self.versions(form, STANDARD_INSTRUMENT.get(form))
        most = max(versions, key=lambda version: (len(versions[version]), version), default=None)
        return [] if most is None else list(versions[most])

    def by_case(self, form: Form) -> Mapping[UUID, Measurement]:
        """Return the same by case."""

        def work_out() -> Mapping[UUID, Measurement]:
            return {each.state.case_id: each for each in self.of(form) if each.state.case_id is not None}

        return self.worked_out.once(("by-case", form), work_out)

    def versions(self, form: Form, instrument: str | None) -> Mapping[int, list[Measurement]]:
        """Return those of each version of an instrument that figures over all cases may be made of."""

        def work_out() -> Mapping[int, list[Measurement]]:
            places = places_by_version(self._kinds(), form, instrument)
            return {version: self._admitted(own) for version, own in places.items()}

        return self.worked_out.once((form, instrument), work_out)

    def every_version(self) -> list[list[Measurement]]:
        """Return the same of every instrument, by form, name and version; none that is empty."""
        forms = list(Form)
        named = {(each.form, each.instrument) for each in self._kinds()}
        ordered = sorted(named, key=lambda one: (forms.index(one[0]), one[1]))
        found = (own for one in ordered for own in self.versions(*one).values())
        return [list(own) for own in found if own]

    def closed_of(self, form: Form) -> list[Measurement]:
        """Return all closed ones of one form that can be taken together, for results of somebody's own."""
        return list(self.worked_out.once(form, lambda: self._comparable(form)))

    def _comparable(self, form: Form) -> list[Measurement]:
        places = places_of(self._kinds(), form, STANDARD_INSTRUMENT.get(form))
        return [self.measurements[place] for place in places]

    def _admitted(self, places: Iterable[int]) -> list[Measurement]:
        closed = [self.measurements[place] for place in places]
        return closed if self.size is None else released_measurements(closed, self.size)

    def _kinds(self) -> Sequence[Kind]:
        if isinstance(self.measurements, PackedMeasurements):  # unpack no others
            return self.worked_out.once("kinds", self.measurements.kinds)
        return [kind_of(each) for each in self.measurements]


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
    _found: WorkedOut = field(default_factory=WorkedOut, repr=False, compare=False)

    def in_steps(self, size: GroupSize) -> "Holdings":
        """Return the same, where what closes enters figures over all cases in steps of so many people."""

        def work_out() -> Holdings:
            waves = {code: each.in_steps(size) for code, each in self.waves.items()}
            return Holdings(self.data_version, waves, self.of_groups, self.register)

        return self.derived(f"in-steps/{size.minimum}", work_out)

    def wave(self, code: str) -> Wave:
        """Return a wave, empty if nothing in it is closed."""
        return self.waves.get(code) or Wave(code, ())

    def derived(self, key: str, work_out: Callable[[], T]) -> T:
        """Return what was worked out of these data under a key; only the first who asks works it out."""
        return self._found.once(key, work_out)
