"""What each respondent of a round is asked, worked out once from what the round has frozen.

It is good for one revision of the round's roster: whoever writes by it lets the write check that.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.cells import Questions
from services.survey.answering.texts import OpenQuestions
from services.survey.instruments.definition import Instrument
from shared.contracts.survey import Form, Visibility

MOST_FORMS = 20_000


@dataclass(frozen=True, slots=True)
class Subject:
    """One who or what is rated: their place in the row, id (also as it is usually written) and label."""

    place: int
    text: str
    label: str

    @property
    def id(self) -> UUID:
        """The id."""
        return UUID(self.text)


@dataclass(frozen=True, slots=True)
class AskedForm:
    """One form as one respondent is asked it; ids only, as it is remembered."""

    id: UUID
    invitation: UUID
    measurement: UUID
    instrument: Instrument
    questions: Questions
    may_share: bool
    texts: OpenQuestions
    places: Mapping[str, int]
    """Its subjects' places by their ids as they are usually written."""


@dataclass(frozen=True)
class FrozenRound:
    """A round as it stood at one revision of its roster: who is asked what."""

    id: UUID
    revision: int
    forms: Mapping[UUID, AskedForm]
    invitations: frozenset[UUID]

    @cached_property
    def by_text(self) -> Mapping[str, AskedForm]:
        """The forms by their ids as they are usually written."""
        return {str(form_id): form for form_id, form in self.forms.items()}

    def form_of(self, invitation: UUID, form_id: UUID) -> AskedForm | None:
        """Return a form if it is this invitation's own."""
        form = self.forms.get(form_id)
        return form if form is not None and form.invitation == invitation else None


class RoundMemory:
    """The rounds answered in last; together they have so many forms at most."""

    def __init__(self, most: int = MOST_FORMS) -> None:
        self._most = most
        self._count = 0
        self._rounds: OrderedDict[tuple[UUID, UUID], FrozenRound] = OrderedDict()
        self._round_of: dict[tuple[UUID, UUID], UUID] = {}

    def __len__(self) -> int:
        return self._count

    def recall(self, tenant: UUID, invitation: UUID) -> FrozenRound | None:
        """Return the round an invitation belongs to, if it is remembered."""
        round_id = self._round_of.get((tenant, invitation))
        if round_id is None:
            return None
        self._rounds.move_to_end((tenant, round_id))
        return self._rounds[tenant, round_id]

    def keep(self, tenant: UUID, found: FrozenRound) -> None:
        """Remember a round; those not answered in for longest make room."""
        self.forget(tenant, found.id)
        self._rounds[tenant, found.id] = found
        self._count += len(found.forms)
        for invitation in found.invitations:
            self._round_of[tenant, invitation] = found.id
        while self._count > self._most and len(self._rounds) > 1:
            oldest_tenant, oldest = next(iter(self._rounds))
            self.forget(oldest_tenant, oldest)

    def forget(self, tenant: UUID, round_id: UUID) -> None:
        """Remember a round no longer."""
        known = self._rounds.pop((tenant, round_id), None)
        if known is not None:
            self._count -= len(known.forms)
            for invitation in known.invitations:
                self._round_of.pop((tenant, invitation), None)


def asked_form(
    row: Row[Any], measured: Row[Any], instrument: Instrument, visibility: Visibility
) -> AskedForm:
    """Work out what one form asks, from its own row and its measurement's."""
    respondent = measured.respondents[row.seat]
    subjects = subjects_of(measured, row.seat, instrument.form)
    ids = {each.id: each.place for each in subjects}
    return AskedForm(
        id=row.id,
        invitation=row.invitation_id,
        measurement=measured.id,
        instrument=instrument,
        questions=Questions(
            subjects=ids,
            width=len(measured.subjects),
            items={item: place for place, item in enumerate(instrument.item_ids)},
            scale=range(instrument.scale.minimum, instrument.scale.maximum + 1),
            may_not_work_with=instrument.dont_work_with is not None,
            own=_own_subjects(respondent, measured.subjects),
            required=frozenset(item.id for item in instrument.items if item.required),
        ),
        may_share=instrument.form is Form.CITIZEN and visibility is Visibility.TEAM_OPEN,
        texts=OpenQuestions({each.id: each for each in instrument.texts}, ids),
        places={each.text: each.place for each in subjects},
    )


def subjects_of(measured: Row[Any], seat: int, form: Form) -> tuple[Subject, ...]:
    """Return whom a respondent is asked about; in a leadership form that is the own leader at opening."""
    count = len(measured.subjects)
    asked = measured.asked[seat * count : (seat + 1) * count]
    if form is Form.OWN_LEADER:
        respondent = measured.respondents[seat]
        leader = Subject(0, respondent["leaderId"], respondent["leaderLabel"])
        return (leader,) if any(asked) else ()
    return tuple(
        Subject(place, subject["id"], subject["label"])
        for place, subject in enumerate(measured.subjects)
        if asked[place]
    )


def _own_subjects(respondent: Mapping[str, Any], subjects: Sequence[Mapping[str, Any]]) -> frozenset[UUID]:
    """Return the subjects who are the respondent, in this or another employment."""
    person = respondent["personId"]
    return frozenset(
        UUID(subject["id"])
        for subject in subjects
        if subject["id"] == respondent["id"] or (person is not None and subject["personId"] == person)
    )
