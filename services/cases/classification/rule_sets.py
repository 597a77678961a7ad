"""Use cases of rule sets: write a revision, put one to use, find one; what was used never changes."""

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import func, select

from services.cases.classification.complexity import DEFAULT_RULE_SET, Level, RuleSet
from services.cases.classification.errors import RULE_SET_IN_USE
from services.cases.classification.reasons import Reason
from services.cases.classification.repository import queue_reclassification, read_activation, rules_of
from services.cases.classification.rule_rows import (
    add_activation,
    add_rule_set,
    change_rule_set,
    count_activations,
    hold_activation,
    read_rule_set,
)
from services.cases.classification.schemas import (
    ActiveRuleSetView,
    ChosenRules,
    LevelRule,
    NameRuleSet,
    PutRuleSet,
    RuleSetView,
    level_rules,
    rule_set_view,
)
from services.cases.classification.tables import rule_set
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, FieldError, Problem, broken_rule
from shared.paging import Page, PageRequest, read_page
from shared.representation import Precondition
from shared.resources import Put

_BUILT_IN = NameRuleSet(code=DEFAULT_RULE_SET.code, revision=DEFAULT_RULE_SET.version)
_UNREGISTERED = ("preview", 0)


async def put_rule_set(
    transaction: Transaction, name: NameRuleSet, wanted: PutRuleSet, precondition: Precondition
) -> Put:
    """Write a revision of a rule set.

    Raises
    ------
    Problem
        409 if the stored one was ever put to use; 412 for a stale precondition; 422 for the built-in
        set's code or for levels that don't rise.
    """
    if name.code == _BUILT_IN.code:
        raise broken_rule("/code", "reserved-code", "The built-in rule set can't be written.")
    _require_rising("", wanted.levels)
    values = wanted.model_dump()
    stored = await read_rule_set(transaction, name.code, name.revision, hold=True)
    if stored is None:
        precondition.check_creation()
        if await add_rule_set(transaction, name.code, name.revision, values):
            return Put(version=1, created=True)
        # Somebody made it since we looked: theirs is committed now.
        stored = await read_rule_set(transaction, name.code, name.revision, hold=True)
    if stored is None:
        raise Problem(NOT_FOUND)
    if all(getattr(stored, field) == value for field, value in values.items()):
        return Put(version=stored.version, changed=False)
    precondition.check_change(stored.version)
    if stored.used_at is not None:
        raise Problem(RULE_SET_IN_USE)
    await change_rule_set(transaction, stored.id, values)
    return Put(version=stored.version + 1)


async def show_rule_set(transaction: Transaction, name: NameRuleSet) -> RuleSetView:
    """Return one revision, or the built-in set.

    Raises
    ------
    Problem
        404 if the tenant has none of that name.
    """
    if name == _BUILT_IN:
        return rule_set_view(DEFAULT_RULE_SET, version=1)
    row = await read_rule_set(transaction, name.code, name.revision)
    if row is None:
        raise Problem(NOT_FOUND)
    return rule_set_view(rules_of(row), version=row.version, used_at=row.used_at)


async def list_rule_sets(transaction: Transaction, wanted: PageRequest) -> Page[RuleSetView]:
    """List the tenant's own revisions, in the order they were made."""
    return await read_page(
        transaction,
        select(rule_set),
        rule_set,
        wanted,
        lambda row: rule_set_view(rules_of(row), version=row.version, used_at=row.used_at),
    )


async def activate_rule_set(
    transaction: Transaction, wanted: NameRuleSet, precondition: Precondition
) -> ActiveRuleSetView:
    """Classify by another rule set from now on, and all cases anew in the background.

    Raises
    ------
    Problem
        412 if another one is active than the caller builds upon; 422 if there is no such rule set.
    """
    earlier = await hold_activation(transaction)
    current = await show_active(transaction)
    if (current.code, current.revision) == (wanted.code, wanted.revision):
        return current
    precondition.check_change(earlier + 1)
    if wanted == _BUILT_IN:
        await add_activation(transaction, None)
    else:
        row = await read_rule_set(transaction, wanted.code, wanted.revision, hold=True)
        if row is None:
            raise _unknown("")
        if row.used_at is None:
            await change_rule_set(transaction, row.id, {"used_at": func.clock_timestamp()})
        await add_activation(transaction, row.id)
    await queue_reclassification(transaction, Reason.RULE_SET_CHANGED, None)
    return await show_active(transaction)


async def show_active(transaction: Transaction) -> ActiveRuleSetView:
    """Return the rule set the tenant classifies by."""
    row = await read_activation(transaction)
    rules = DEFAULT_RULE_SET if row is None or row.code is None else rules_of(row)
    return ActiveRuleSetView(
        version=await count_activations(transaction) + 1,
        code=rules.code,
        revision=rules.version,
        levels=level_rules(rules),
        external_units_count=rules.external_units_count,
        activated_at=None if row is None else row.at,
    )


async def chosen_rules(transaction: Transaction, wanted: ChosenRules) -> RuleSet | None:
    """Return the rules a preview names or spells out, None if neither.

    Raises
    ------
    Problem
        422 if it does both, names what isn't there, or spells out levels that don't rise.
    """
    if wanted.rule_set is not None and wanted.rules is not None:
        raise broken_rule("/rules", "two-rule-sets", "Name a rule set or spell one out, not both.")
    if wanted.rules is not None:
        _require_rising("/rules", wanted.rules.levels)
        code, revision = _UNREGISTERED
        return RuleSet(code, revision, _levels(wanted.rules.levels), wanted.rules.external_units_count)
    if wanted.rule_set is None:
        return None
    if wanted.rule_set == _BUILT_IN:
        return DEFAULT_RULE_SET
    row = await read_rule_set(transaction, wanted.rule_set.code, wanted.rule_set.revision)
    if row is None:
        raise _unknown("/ruleSet")
    return rules_of(row)


def _unknown(place: str) -> Problem:
    return broken_rule(f"{place}/code", "unknown-rule-set", "There is no such rule set.")


def _levels(levels: Sequence[LevelRule]) -> tuple[Level, ...]:
    return tuple(Level(each.code, each.min_units, each.min_authority_functions) for each in levels)


def _require_rising(place: str, levels: Sequence[LevelRule]) -> None:
    """Refuse levels of which a case could have none, or never the higher; name every place."""
    errors = [
        FieldError(f"{place}/levels/0/{field}", "first-level-asks", "The first level asks for nothing.")
        for field, asked in (
            ("minUnits", levels[0].min_units),
            ("minAuthorityFunctions", levels[0].min_authority_functions),
        )
        if asked
    ]
    for index, (lower, higher) in enumerate(pairwise(levels), start=1):
        errors += _falling(f"{place}/levels/{index}", lower, higher)
    codes = [level.code for level in levels]
    errors += [
        FieldError(f"{place}/levels/{index}/code", "duplicate-level", "Each level has a code of its own.")
        for index, code in enumerate(codes)
        if code in codes[:index]
    ]
    if errors:
        raise Problem(BROKEN_RULE, errors)


def _falling(place: str, lower: LevelRule, higher: LevelRule) -> list[FieldError]:
    asked = (higher.min_units, higher.min_authority_functions)
    before = (lower.min_units, lower.min_authority_functions)
    if asked == before:
        return [FieldError(place, "not-rising", "A level asks for more than the one before.")]
    return [
        FieldError(f"{place}/{field}", "falling", "A level asks for no less than the one before.")
        for field, now, earlier in zip(("minUnits", "minAuthorityFunctions"), asked, before, strict=True)
        if now < earlier
    ]
