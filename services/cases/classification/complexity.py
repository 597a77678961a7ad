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
class Classification:
    """A case's level with everything that explains it."""

    level: str
    rule_set: str
    units: int
    units_within: int
    units_external: int
    authority_functions: int
    laws: tuple[str, ...]
    levels: tuple[LevelResult, ...]
    next_level: LevelResult | None


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
    external = {part.unit for part in every if part.external}
    within = {part.unit for part in every} - external
    counted = within | external if rules.external_units_count else within
    authorities = {part.unit for part in every if part.role is InvolvementRole.AUTHORITY} & counted
    counts = {Criterion.UNITS: len(counted), Criterion.AUTHORITY_FUNCTIONS: len(authorities)}
    results = tuple(_judge(level, counts) for level in rules.levels)
    reached = max(index for index, result in enumerate(results) if result.is_met)
    return Classification(
        level=results[reached].level,
        rule_set=rules.name,
        units=len(counted),
        units_within=len(within),
        units_external=len(external),
        authority_functions=len(authorities),
        laws=tuple(sorted({law for part in every for law in part.laws})),
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
