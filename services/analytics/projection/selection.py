"""Says which measurements are worked out together: one instrument's, never two under one name; pure."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Form

STANDARD_INSTRUMENT = {
    Form.NETWORK: "relational-capacity",
    Form.OWN_LEADER: "coherent-leadership",
    Form.CITIZEN: "citizen-experienced-quality",
}
"""What is meant by a form where no instrument is named."""


def one_of(measurements: Sequence[Measurement], form: Form) -> Measurement | None:
    """Return a round's measurement of a form: the standard instrument's, else the first by name."""
    found = sorted(
        (each for each in measurements if each.form is form), key=lambda each: each.state.instrument
    )
    standard = [each for each in found if each.state.instrument == STANDARD_INSTRUMENT.get(form)]
    return next(iter([*standard, *found]), None)


class Kind(NamedTuple):
    """What decides which measurements are worked out together."""

    form: Form
    instrument: str
    version: int


def kind_of(measurement: Measurement) -> Kind:
    """Return what a measurement is."""
    state = measurement.state
    return Kind(state.form, state.instrument, state.instrument_version)


def comparable(measurements: Sequence[Measurement], form: Form) -> list[Measurement]:
    """Return many cases' measurements with the version of the standard instrument that most of them used.

    Versions ask different statements; of two used alike, the newer is taken.
    """
    return of_instrument(measurements, form, STANDARD_INSTRUMENT.get(form))


def of_instrument(
    measurements: Sequence[Measurement], form: Form, instrument: str | None
) -> list[Measurement]:
    """Return the measurements with the version of an instrument that most of them used, chosen alike."""
    places = places_of(list(map(kind_of, measurements)), form, instrument)
    return [measurements[place] for place in places]


def places_by_version(kinds: Sequence[Kind], form: Form, instrument: str | None) -> dict[int, list[int]]:
    """Return where each version of an instrument stands; nothing but the kinds is looked at."""
    found: dict[int, list[int]] = {}
    for place, each in enumerate(kinds):
        if each.form is form and each.instrument == instrument:
            found.setdefault(each.version, []).append(place)
    return {version: found[version] for version in sorted(found)}


def places_of(kinds: Sequence[Kind], form: Form, instrument: str | None) -> list[int]:
    """Return where those of an instrument's version that most used stand."""
    versions = Counter(
        each.version for each in kinds if each.form is form and each.instrument == instrument
    )
    most = max(versions, key=lambda version: (versions[version], version), default=None)
    return [place for place, each in enumerate(kinds) if each == (form, instrument, most)]
