"""A case's network as its team sees it: written once of the same rows, shown to whom it is each time."""

from dataclasses import dataclass, field
from uuid import UUID

from services.analytics.projection.measurement import Measurement, measurement_from
from services.analytics.projection.selection import one_of
from services.analytics.release.decisions import shows_team_results
from services.analytics.release.envelope import released
from services.analytics.scores.case_scores import matrix_view
from services.analytics.scores.repository import Versions, read_networks, versions_of
from services.analytics.scores.schemas import MatrixView
from shared.contracts.register import CaseState
from shared.contracts.survey import Form, MeasurementState
from shared.database.connection import Transaction

_CUBE = 0
_SEAT_BYTES = 2_000
_REST_BYTES = 8_000
"""What is kept beside what is written, about: who has a seat, and the rest of state, cube and case."""


@dataclass(slots=True)
class TeamMatrix:
    """The network of a case in a wave, what the register knows of the case, and which rows these are."""

    versions: Versions
    network: Measurement | None
    case: CaseState | None
    _written: bytes = field(default=b"", init=False)

    def is_shown_to(self, person: UUID | None) -> bool:
        """Tell whether there is something to see, and for this person."""
        return self.network is not None and shows_team_results(person, self.network.state, self.case)

    def view(self) -> MatrixView | None:
        """Return the matrix, exactly."""
        return matrix_view(self.network) if self.network else None

    def as_sent(self) -> bytes:
        """Return it as JSON."""
        if not self._written:
            self._written = as_sent(self.view())
        return self._written

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        seats = len(self.network.respondents) + len(self.network.state.subjects) if self.network else 0
        return len(self._written) + _SEAT_BYTES * seats + _REST_BYTES


async def read_team_matrix(transaction: Transaction, case_id: UUID, wave: str) -> TeamMatrix:
    """Return a case's network in a wave, whatever state its round is in."""
    found = await read_networks(transaction, case_id, wave)
    networks = [
        measurement_from(MeasurementState.model_validate_json(row["state"]), row["cells"], row["asked"])
        for row in found
        if row["what"] == _CUBE and row["state"] is not None
    ]
    cases = [CaseState.model_validate_json(row["state"]) for row in found if row["what"] != _CUBE]
    return TeamMatrix(versions_of(found), one_of(networks, Form.NETWORK), next(iter(cases), None))


def as_sent(view: MatrixView | None) -> bytes:
    """Write a matrix as JSON, or that there is none for this caller."""
    return released(view).model_dump_json(by_alias=True).encode()
