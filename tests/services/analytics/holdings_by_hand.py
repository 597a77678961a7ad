"""Made-up measurements and holdings, without a database; ids keep the order of their names."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from services.analytics.methods.cube import Cube, rectangular, round_robin
from services.analytics.projection.holdings import Holdings, Register, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import STANDARD_INSTRUMENT
from shared.contracts.survey import Form, MeasurementState, RoundState, Seat, SubScale, Visibility

ITEMS = {Form.NETWORK: 6, Form.OWN_LEADER: 7, Form.CITIZEN: 5}
SUB_SCALES: Mapping[Form, Mapping[str, Sequence[int]]] = {
    Form.NETWORK: {"orientation": (1, 2, 5), "behaviour": (0, 3, 4)},
    Form.OWN_LEADER: {"framing": (0, 1), "engagement": (2, 3), "involvement": (4, 5, 6)},
}
ORDINALS = {"baseline": 1, "midway": 2, "follow-up": 3}


def id_of(name: str) -> UUID:
    """Return an id for a short name; ids sort as the names do."""
    return UUID(bytes=name.encode().ljust(16, b"\0"))


def seat(person: str, leader: str | None = None) -> Seat:
    """Return a person's only seat."""
    own = id_of(person)
    return Seat(id=own, person_id=own, label=person, leader_id=id_of(leader) if leader else None)


def measurement(form: Form, case: str, seats: Sequence[Seat], cube: Cube, **more: Any) -> Measurement:
    """Return a closed measurement of the standard instrument; `more` is of its state."""
    items = [f"{form}-{number + 1}" for number in range(cube.items)]
    wave = more.get("wave", "baseline")
    stated = {
        "version": 1,
        "id": id_of(f"{case}{form[:3]}{ORDINALS[wave]}"),
        "round_id": id_of(f"{case}r{ORDINALS[wave]}"),
        "case_id": id_of(case),
        "wave": "baseline",
        "wave_ordinal": ORDINALS[wave],
        "visibility": Visibility.TEAM_OPEN,
        "round_state": RoundState.CLOSED,
        "instrument": STANDARD_INSTRUMENT.get(form, "quality-indicators"),
        "instrument_version": 1,
        "form": form,
        "items": items,
        "sub_scales": [
            SubScale(code=code, items=[items[at] for at in places])
            for code, places in SUB_SCALES.get(form, {}).items()
        ],
        "respondents": list(seats),
        "subjects": list(seats),
        "submitted": [True] * len(seats),
        "shared_with_team": [False] * len(seats),
        "level": "ordinary",
        "units": 3,
        "authority_functions": 1,
        "rule_set": "default/1",
        "cells": "",
        "asked": "",
    }
    return Measurement(MeasurementState.model_validate(stated | more), cube)


def network(case: str, people: Sequence[str], cells: npt.ArrayLike, **more: Any) -> Measurement:
    """Return a case's network form: cells are people x people x items."""
    return measurement(Form.NETWORK, case, [seat(one) for one in people], round_robin(cells), **more)


def alike(case: str, given: Mapping[str, int], **more: Any) -> Measurement:
    """Return a network form in which each person gives everybody the same on everything."""
    cells = np.array([[[value] * 6] * len(given) for value in given.values()], dtype=np.int8)
    return network(case, list(given), cells, **more)


def led(case: str, answers: Mapping[str, tuple[str | None, Sequence[int]]], **more: Any) -> Measurement:
    """Return a case's leadership form: by person the leader and the answers."""
    seats = [seat(person, leader) for person, (leader, _) in answers.items()]
    cells = np.array([[row] for _, row in answers.values()], dtype=np.int8)
    return measurement(Form.OWN_LEADER, case, seats, rectangular(cells), **more)


def told(case: str, answers: Mapping[str, Sequence[int]], **more: Any) -> Measurement:
    """Return a case's citizen form: by citizen the answers."""
    cells = np.array([[row] for row in answers.values()], dtype=np.int8)
    return measurement(Form.CITIZEN, case, [seat(one) for one in answers], rectangular(cells), **more)


def holdings(measurements: Iterable[Measurement], register: Register | None = None) -> Holdings:
    """Hold measurements as a tenant's."""
    ordered = sorted(measurements, key=lambda each: (each.state.wave_ordinal, each.state.id))
    waves = {
        code: Wave(code, list(own)) for code, own in groupby(ordered, key=lambda each: each.state.wave)
    }
    return Holdings("made-up", waves, register=register or Register())
