"""Collaboration forms whose figures can be worked out by hand, as analytics holds them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.analytics.methods.cube import rectangular
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Form, Seat, SubScale
from tests.services.analytics.networks_by_hand import network, person_of

GROUP = UUID(int=900)


def form(answers: Mapping[int, Sequence[int]], **more: Any) -> Measurement:
    """Return a group's form: by person, what each says of each statement."""
    width = len(next(iter(answers.values())))
    seats = [Seat(id=UUID(int=one), person_id=person_of(UUID(int=one)), label="P") for one in answers]
    told = {
        "form": Form.COLLABORATION,
        "instrument": "quality-indicators",
        "case_id": None,
        "group_id": GROUP,
        "items": [f"statement-{place}" for place in range(width)],
        "respondents": seats,
        "subjects": [Seat(id=GROUP, label="Indsatsen")],
        "submitted": [True] * len(seats),
        **more,
    }
    held = network([[[0]]], **told)
    return Measurement(held.state, rectangular([[list(own)] for own in answers.values()]))


def later(answers: Mapping[int, Sequence[int]], **more: Any) -> Measurement:
    """Return the same at the end."""
    return form(answers, **{"wave": "end", "wave_ordinal": 2, "id": UUID(int=300), **more})


def of_groups(*measurements: Measurement) -> Holdings:
    """Return a tenant with these of collaboration groups."""
    return Holdings("v1", {}, measurements)


def of_cases(*measurements: Measurement) -> Holdings:
    """Return a tenant with these of cases."""
    waves = sorted({each.state.wave for each in measurements})
    return Holdings(
        "v1",
        {wave: Wave(wave, [each for each in measurements if each.state.wave == wave]) for wave in waves},
    )


def halves(first: str, second: str) -> list[SubScale]:
    """Return two sub-scales of one statement each."""
    return [SubScale(code=first, items=["statement-0"]), SubScale(code=second, items=["statement-1"])]
