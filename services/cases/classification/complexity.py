"""The rule of complexity: pure, explained, and the same for a stored case and a preview.

A case counts distinct units and, among them, distinct units with an active authority involvement. The
default rule calls it complex from 5 units and 2 authority functions on, the minimum that Storch and
Hornstrup propose (Ledelsesinterventioner i arbejdet med sammenhængende borgerforløb, section C).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.contracts.register import InvolvementRole


@dataclass(frozen=True, slots=True)
class Level:
    """A level of complexity and the least it takes."""

    code: str
    min_units: int
    min_authority_functions: int


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Levels in rising order; the first asks for nothing, so every case has one."""

    code: str
    version: int
    levels: tuple[Level, ...]
    external_units_count: bool = True

    def __post_init__(self) -> None:
        if not self.levels or self.levels[0] != Level(self.levels[0].code, 0, 0):
            raise ValueError("the first level of a rule set must ask for nothing")
        for lower, higher in zip(self.levels, self.levels[1:], strict=False):
            if (
                higher.min_units < lower.min_units
                or higher.min_authority_functions < lower.min_authority_functions
            ):
                raise ValueError("each level of a rule set must ask for no less than the one before")

    @property
    def name(self) -> str:
        """Code and version in one."""
        return f"{self.code}/{self.version}"


ORDINARY = Level("ordinary", 0, 0)
COMPLEX = Level("complex", 5, 2)
DEFAULT_RULE_SET = RuleSet("default", 1, (ORDINARY, COMPLEX))


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A counting unit's active part in a case."""

    unit: UUID
    role: InvolvementRole
    external: bool
    laws: frozenset[str] = frozenset()


class Criterion(StrEnum):
    """What a level asks for."""

    UNITS = "units"
    AUTHORITY_FUNCTIONS = "authority-functions"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """How a case stands to one criterion of one level."""

    criterion: Criterion
    required: int
    counted: int

    @property
    def is_met(self) -> bool:
        """Whether the criterion holds."""
        return self.counted >= self.required

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return max(0, self.required - self.counted)


@dataclass(frozen=True, slots=True)
class LevelResult:
    """How a case stands to one level."""

    level: str
    criteria: tuple[CriterionResult, ...]

    @property
    def is_met(self) -> bool:
        """Whether all criteria hold."""
        return all(criterion.is_met for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class Counts:
    """A case's distinct counting units and authority functions, external ones apart."""

    units_within: int = 0
    units_external: int = 0
    authorities_within: int = 0
    authorities_external: int = 0

    def judged_by(self, rules: RuleSet) -> dict[Criterion, int]:
        """Return what a rule set counts."""
        external = rules.external_units_count
        return {
            Criterion.UNITS: self.units_within + (self.units_external if external else 0),
            Criterion.AUTHORITY_FUNCTIONS: self.authorities_within
            + (self.authorities_external if external else 0),
        }


@dataclass(frozen=True, slots=True)
class Classification:
    """A case's level with everything that explains it."""

    level: str
    rule_set: str
    counts: Counts
    units: int
    authority_functions: int
    laws: tuple[str, ...]
    levels: tuple[LevelResult, ...]
    next_level: LevelResult | None

    @property
    def units_within(self) -> int:
        """Distinct counting units of the municipality."""
        return self.counts.units_within

    @property
    def units_external(self) -> int:
        """Distinct counting units of others, as police, hospital or GP."""
        return self.counts.units_external

    @property
    def authorities_within(self) -> int:
        """Distinct authority functions of the municipality."""
        return self.counts.authorities_within

    @property
    def authorities_external(self) -> int:
        """Distinct authority functions of others."""
        return self.counts.authorities_external


def classify(parts: Iterable[UnitPart], rules: RuleSet = DEFAULT_RULE_SET) -> Classification:
    """Classify a case by the units' active parts in it.

    Parameters
    ----------
    parts : iterable of UnitPart
        Any order; a unit may occur often, and counts once.
    rules : RuleSet
        The levels to judge by.

    Examples
    --------
    >>> classify([]).level
    'ordinary'
    """
    every = list(parts)
    return explain(count(every), {law for part in every for law in part.laws}, rules)


def count(parts: Iterable[UnitPart]) -> Counts:
    """Count distinct units and authority functions, external ones apart."""
    every = list(parts)
    units = {part.unit for part in every}
    external = {part.unit for part in every if part.external}
    authorities = {part.unit for part in every if part.role is InvolvementRole.AUTHORITY}
    return Counts(
        units_within=len(units - external),
        units_external=len(external),
        authorities_within=len(authorities - external),
        authorities_external=len(authorities & external),
    )


def level_of(counts: Counts, rules: RuleSet) -> str:
    """Return the highest level whose criteria all hold.

    Examples
    --------
    >>> level_of(Counts(units_within=5, authorities_within=2), DEFAULT_RULE_SET)
    'complex'
    """
    return explain(counts, (), rules).level


def explain(counts: Counts, laws: Iterable[str], rules: RuleSet) -> Classification:
    """Judge counts by each level of a rule set."""
    counted = counts.judged_by(rules)
    results = tuple(_judge(level, counted) for level in rules.levels)
    reached = max(index for index, result in enumerate(results) if result.is_met)
    return Classification(
        level=results[reached].level,
        rule_set=rules.name,
        counts=counts,
        units=counted[Criterion.UNITS],
        authority_functions=counted[Criterion.AUTHORITY_FUNCTIONS],
        laws=tuple(sorted(laws)),
        levels=results,
        next_level=results[reached + 1] if reached + 1 < len(results) else None,
    )


def _judge(level: Level, counts: dict[Criterion, int]) -> LevelResult:
    required = {
        Criterion.UNITS: level.min_units,
        Criterion.AUTHORITY_FUNCTIONS: level.min_authority_functions,
    }
    return LevelResult(
        level.code,
        tuple(
            CriterionResult(criterion, required[criterion], counts[criterion]) for criterion in Criterion
        ),
    )
