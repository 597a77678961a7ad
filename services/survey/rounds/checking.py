"""Refuses a round that may not open: before people are informed, with what nobody knows, at no time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.instruments.shelf import find_instrument, find_offered
from services.survey.rounds.gathering import Subject
from services.survey.rounds.repository import find_stored, subject_of
from services.survey.rounds.roster import Chosen
from services.survey.rounds.schemas import InstrumentChoice, NetworkSubjects, OpenRound
from shared.contracts.survey import About, RoundState, Visibility
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem, broken_rule
from shared.representation import Precondition

_HELD = (RoundState.OPEN, RoundState.CLOSED)


@dataclass(frozen=True, slots=True)
class Opening:
    """A round that may be opened or planned."""

    round_id: UUID
    wanted: OpenRound
    instruments: tuple[Chosen, ...]

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return subject_wanted(self.wanted)

    @property
    def network(self) -> NetworkSubjects:
        """Whom network forms ask about."""
        return self.wanted.network_subjects

    @property
    def is_planned(self) -> bool:
        """Whether it opens only later."""
        return self.wanted.opens_at is not None and self.wanted.opens_at > datetime.now(UTC)

    @property
    def values(self) -> dict[str, Any]:
        """The columns that say what was asked for."""
        wanted = self.wanted
        resources = wanted.citizen_resources
        return {
            "case_id": wanted.case_id,
            "group_id": wanted.group_id,
            "wave": wanted.wave.code,
            "wave_ordinal": wanted.wave.ordinal,
            "visibility": wanted.visibility,
            "request": wanted.model_dump(mode="json"),
            "opens_at": wanted.opens_at,
            "closes_at": wanted.closes_at,
            "based_on": wanted.based_on,
            "citizen_resources": resources.level if resources else None,
            "resources_rated_by": resources.rated_by if resources else None,
        }


def subject_wanted(wanted: OpenRound) -> Subject:
    """Return what a round is to be about."""
    if wanted.case_id is not None:
        return Subject(About.CASE, wanted.case_id)
    if wanted.group_id is not None:
        return Subject(About.COLLABORATION_GROUP, wanted.group_id)
    raise LookupError("a round is about something")


async def check_opening(transaction: Transaction, round_id: UUID, wanted: OpenRound) -> Opening:
    """Return what may be opened.

    Raises
    ------
    Problem
        422, naming all that is wrong.
    """
    instruments, unknown = await instruments_offered(transaction, wanted.instruments)
    earlier = await _wrong_basis(transaction, wanted)
    wrong = [*_not_informed(wanted), *unknown, *earlier, *_wrong_times(wanted), *_no_citizen(wanted)]
    if wrong:
        raise Problem(BROKEN_RULE, wrong)
    return Opening(round_id, wanted, instruments)


async def check_preview(transaction: Transaction, round_id: UUID, wanted: OpenRound) -> Opening:
    """Return what would be opened; only instruments must be known, as nobody need be informed yet."""
    instruments, unknown = await instruments_offered(transaction, wanted.instruments)
    if unknown:
        raise Problem(BROKEN_RULE, unknown)
    return Opening(round_id, wanted, instruments)


async def reopen(transaction: Transaction, stored: Row[Any]) -> Opening:
    """Return a stored round as it was asked for; an instrument retired since is asked all the same."""
    wanted = OpenRound.model_validate(stored.request)
    return Opening(stored.id, wanted, await chosen_before(transaction, wanted.instruments))


async def chosen_before(transaction: Transaction, choices: list[InstrumentChoice]) -> tuple[Chosen, ...]:
    """Return the instruments that a stored round asks with."""
    chosen = []
    for choice in choices:
        instrument = await find_instrument(transaction, choice.code, choice.version)
        if instrument is None:
            raise LookupError("a stored round's instrument is gone")
        chosen.append(Chosen(instrument, tuple(choice.focus_items)))
    return tuple(chosen)


def check_change(stored: Row[Any], wanted: OpenRound, precondition: Precondition) -> None:
    """Refuse to change what may not be changed: only a planned round can, and it is never loosened."""
    precondition.check_change(stored.version)
    if stored.state == RoundState.OPEN:
        raise broken_rule("", "round-is-open", "An open round can't be changed, only closed.")
    if stored.state != RoundState.PLANNED:
        raise broken_rule("", "round-is-over", "The round is over and can't be changed.")
    subject = subject_wanted(wanted)
    if subject != subject_of(stored):
        raise broken_rule(f"/{subject.field}", "subject-is-fixed", "What a round is about stays the same.")
    if stored.visibility == Visibility.CONFIDENTIAL and wanted.visibility is Visibility.TEAM_OPEN:
        raise broken_rule("/visibility", "visibility-loosened", "Visibility is never loosened.")


def _not_informed(wanted: OpenRound) -> Iterator[FieldError]:
    """Find whether citizen and employees have not been informed yet."""
    now = datetime.now(UTC)
    informed = wanted.informed
    if informed.citizen_informed_at is None and wanted.case_id is not None:
        yield _too_early("citizenInformedAt")
    if informed.citizen_informed_at is not None and informed.citizen_informed_at > now:
        yield _too_early("citizenInformedAt")
    if informed.employees_informed_at > now:
        yield _too_early("employeesInformedAt")


def _too_early(field: str) -> FieldError:
    return FieldError(f"/informed/{field}", "not-informed-yet", "They must have been informed already.")


def _wrong_times(wanted: OpenRound) -> Iterator[FieldError]:
    now = datetime.now(UTC)
    opens_at = max(wanted.opens_at or now, now)
    if wanted.closes_at is not None and wanted.closes_at <= opens_at:
        yield FieldError("/closesAt", "closes-before-it-opens", "It must close after it has opened.")


def _no_citizen(wanted: OpenRound) -> Iterator[FieldError]:
    if wanted.group_id is not None and wanted.citizen_resources is not None:
        yield FieldError("/citizenResources", "no-citizen", "A collaboration group has no citizen.")


async def instruments_offered(
    transaction: Transaction, choices: Sequence[InstrumentChoice]
) -> tuple[tuple[Chosen, ...], list[FieldError]]:
    """Return the instruments to ask with, and what of them nobody knows."""
    chosen: list[Chosen] = []
    wrong: list[FieldError] = []
    for index, choice in enumerate(choices):
        instrument = await find_offered(transaction, choice.code, choice.version)
        if instrument is None:
            wrong.append(
                FieldError(f"/instruments/{index}", "unknown-instrument", "There is no such instrument.")
            )
            continue
        wrong += [
            FieldError(
                f"/instruments/{index}/focusItems/{place}",
                "unknown-item",
                "The instrument has no such item.",
            )
            for place, item in enumerate(choice.focus_items)
            if item not in instrument.item_ids
        ]
        chosen.append(Chosen(instrument, tuple(choice.focus_items)))
    return tuple(chosen), wrong


async def _wrong_basis(transaction: Transaction, wanted: OpenRound) -> list[FieldError]:
    if wanted.based_on is None:
        return []
    earlier = await find_stored(transaction, wanted.based_on)
    if earlier is None or not earlier.handled or subject_of(earlier) != subject_wanted(wanted):
        return [FieldError("/basedOn", "unknown-round", "There is no such round of the same.")]
    if earlier.wave_ordinal >= wanted.wave.ordinal or earlier.state not in _HELD:
        return [FieldError("/basedOn", "not-earlier", "It must be an earlier wave that has opened.")]
    return []
