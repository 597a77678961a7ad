"""Says which measurements are worked out together: one instrument's, never two under one name; pure."""

from collections import Counter
from collections.abc import Sequence

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


def comparable(measurements: Sequence[Measurement], form: Form) -> list[Measurement]:
    """Return many cases' measurements with the version of the standard instrument that most of them used.

    Versions ask different statements; of two used alike, the newer is taken.
    """
    return of_instrument(measurements, form, STANDARD_INSTRUMENT.get(form))


def of_instrument(
    measurements: Sequence[Measurement], form: Form, instrument: str | None
) -> list[Measurement]:
    """Return the measurements with the version of an instrument that most of them used, chosen alike."""
    found = [each for each in measurements if each.form is form and each.state.instrument == instrument]
    versions = Counter(each.state.instrument_version for each in found)
    most = max(versions, key=lambda version: (versions[version], version), default=None)
    return [each for each in found if each.state.instrument_version == most]
