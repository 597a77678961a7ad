"""Works out how a professional experiences others and they that one, over all own cases; pure.

They are that one's own and don't wait for others'; what they are compared with enters in steps.
Whoever is in a team-open round's team sees each answer of it anyway. Of confidential rounds nothing leaves
that comes down to fewer people than the minimum, also beside what else is shown of the same cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.exact import mean_of_ratios, rounded
from services.analytics.methods.scores import Score
from services.analytics.people.everybody import everybody_beside
from services.analytics.people.schemas import (
    OverallScores,
    ProfessionalResults,
    ProfessionalWave,
    ReceivedScores,
)
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import comparable
from services.analytics.release.bounds import is_open
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import ScoreView, score
from services.analytics.release.lattice import Sums
from services.analytics.scores.case_scores import provenance_of
from services.analytics.scores.schemas import NamedScore
from shared.contracts.survey import Form, Visibility


@dataclass(frozen=True, slots=True)
class Own:
    """Whose results they are: an employment, and the person who looks at them."""

    professional: UUID
    person: UUID

    def sits_in(self, network: Measurement) -> bool:
        """Tell whether this one was asked, as this person."""
        return any(
            seat.id == self.professional and seat.person_id == self.person for seat in network.respondents
        )


def professional_results(
    own: Own, code: str | None, held: Holdings, size: GroupSize
) -> ProfessionalResults | None:
    """Show a professional's waves, or the one that is named; None where there are none."""
    waves = list(held.waves.values()) if code is None else [held.wave(code)]
    shown = [found for wave in waves if (found := _wave(own, wave, size)) is not None]
    return ProfessionalResults(waves=shown) if shown else None


def _wave(own: Own, wave: Wave, size: GroupSize) -> ProfessionalWave | None:
    mine = comparable([each for each in wave.measurements if own.sits_in(each)], Form.NETWORK)
    if not mine:
        return None
    mutual = [each for each in mine if each.is_mutual]
    return ProfessionalWave(
        provenance=provenance_of(mine, wave.code),
        cases=len(mine),
        given=_overall([_Part.given(each, own) for each in mine], mine[0].state.items),
        received=ReceivedScores(
            team_open=_team_open([each for each in mutual if _is_open_to_team(each)], own),
            confidential=_confidential([each for each in mutual if not _is_open_to_team(each)], own, size),
        ),
        comparison=everybody_beside(mine, own.person, wave, size),
    )


def _is_open_to_team(network: Measurement) -> bool:
    return network.state.visibility is Visibility.TEAM_OPEN


@dataclass(frozen=True, slots=True)
class _Part:
    """The pairs of one measurement that are about somebody: whose ratings, and which pairs."""

    network: Measurement
    raters: Sequence[int]
    subjects: Sequence[int]

    @classmethod
    def given(cls, network: Measurement, own: Own) -> "_Part":
        everybody = range(len(network.state.subjects))
        return cls(network, [_place(network, own)], everybody)

    @classmethod
    def received(cls, network: Measurement, own: Own) -> "_Part":
        return cls(network, range(len(network.respondents)), [_place(network, own)])

    def pairs(self, items: Sequence[int] | None) -> list[tuple[UUID, int, int]]:
        """Return who rated, with sum and number of valid answers, of each pair."""
        dyads, persons = dyads_of(self.network.cube, items), self.network.persons()
        return [
            (persons[rater], int(dyads.sums[rater, subject]), int(dyads.counts[rater, subject]))
            for rater in self.raters
            for subject in self.subjects
            if dyads.counts[rater, subject]
        ]


def _place(network: Measurement, own: Own) -> int:
    return next(place for place, seat in enumerate(network.respondents) if seat.id == own.professional)


def _overall(parts: Sequence[_Part], codes: Sequence[str]) -> OverallScores:
    return OverallScores(overall=_score(parts, None), dimensions=_dimensions(parts, codes))


def _dimensions(parts: Sequence[_Part], codes: Sequence[str]) -> list[NamedScore]:
    return [NamedScore(code=code, score=_score(parts, [item])) for item, code in enumerate(codes)]


def _score(parts: Iterable[_Part], items: Sequence[int] | None) -> ScoreView:
    pairs = [pair for part in parts for pair in part.pairs(items)]
    sums, counts = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (1, 2))
    return score(
        Score(
            value=rounded(mean_of_ratios(sums, counts)),
            cells=int(counts.sum()),
            dyads=len(pairs),
            raters=len({pair[0] for pair in pairs}),
        )
    )


def _team_open(networks: Sequence[Measurement], own: Own) -> OverallScores | None:
    if not networks:
        return None
    return _overall([_Part.received(each, own) for each in networks], networks[0].state.items)


def _confidential(networks: Sequence[Measurement], own: Own, size: GroupSize) -> list[NamedScore] | None:
    """Show each dimension, or none.

    Without the mean over all dimensions: beside these it told of the few who left one of them open.
    """
    if not networks:
        return None
    parts = [_Part.received(each, own) for each in networks]
    codes = networks[0].state.items
    if not all(_is_safe(parts, item, size) for item in range(len(codes))):
        return None
    return _dimensions(parts, codes)


def _is_safe(parts: Sequence[_Part], item: int, size: GroupSize) -> bool:
    """Tell whether neither those who rated this one, nor what this takes of a case's figures, are few.

    From a case's mean one can take one's own answers and what one received; what is left is what others
    said of each other. Who rated others alike stays behind whatever is left, so these must be enough.
    """
    pairs = [pair for part in parts for pair in part.pairs([item])]
    values = [total for _, total, _ in pairs]
    if not values or not is_open(Sums(len(values), sum(values), sum(value**2 for value in values))):
        return False
    return size.is_reached_by(len({person for part in parts for person in _raters_of_others(part, item)}))


def _raters_of_others(part: _Part, item: int) -> set[UUID]:
    """Return the persons who rated this one, and in the same round another on the same dimensions.

    A case's figures, which don't know about whom an answer is, weigh what they said of both alike.
    """
    (own,) = part.subjects
    valid = part.network.cube.valid
    alike = (valid == valid[:, [own]]).all(axis=2)
    alike[:, _seats_of(part.network, own)] = False
    persons = part.network.persons()
    return {persons[rater] for rater in np.flatnonzero(valid[:, own, item] & alike.any(axis=1)).tolist()}


def _seats_of(network: Measurement, own: int) -> list[int]:
    """Return one person's places among those who are rated: the reader knows what each of them received."""
    subjects = network.state.subjects
    person = subjects[own].person_id
    return [
        place
        for place, seat in enumerate(subjects)
        if place == own or (person is not None and seat.person_id == person)
    ]
