"""Works out how much of each instrument was answered in a wave; pure."""

from collections.abc import Sequence
from uuid import UUID

from services.analytics.distribution.schemas import InstrumentResponse, WaveResponse
from services.analytics.methods.cube import NOT_ANSWERED
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import are_enough, hidden_among
from services.analytics.release.decisions import GroupSize
from services.analytics.scores.case_scores import provenance_of, response_quality
from shared.contracts.survey import Form

_Version = tuple[str, int]


def wave_response(code: str, held: Holdings, size: GroupSize) -> WaveResponse | None:
    """Show the response of each instrument that enough people answered; None where there is none such."""
    of_each = sorted(held.wave(code).every_version(), key=_version)
    shown = [
        own
        for own in of_each
        if size.is_reached_by(len(_responding(own)))
        # How much of each network was answered is shown by case, too, where enough people answered.
        and (own[0].form is not Form.NETWORK or are_enough(hidden_among(own, size), size))
    ]
    if not shown:
        return None
    return WaveResponse(
        provenance=provenance_of([each for own in shown for each in own], code),
        instruments=[_response(own) for own in shown],
    )


def _response(measurements: Sequence[Measurement]) -> InstrumentResponse:
    state = measurements[0].state
    return InstrumentResponse(
        instrument=state.instrument,
        version=state.instrument_version,
        form=state.form,
        cases=len({each.state.case_id for each in measurements}),
        people=len(_responding(measurements)),
        response=response_quality([each.cube for each in measurements]),
    )


def _responding(measurements: Sequence[Measurement]) -> set[UUID]:
    """Return who answered anything, a don't-know included."""
    return {
        person
        for each in measurements
        for person, cells, asked in zip(each.persons(), each.cube.cells, each.cube.asked, strict=True)
        if (cells[asked] != NOT_ANSWERED).any()
    }


def _version(measurements: Sequence[Measurement]) -> _Version:
    state = measurements[0].state
    return state.instrument, state.instrument_version
