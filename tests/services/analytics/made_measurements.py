"""Measurements as the survey's feed tells of them, made up; what they say does not matter."""

from base64 import b64encode
from typing import Any
from uuid import UUID, uuid4

from shared.changes.events import ChangeEvent
from shared.contracts.survey import MEASUREMENT, Form, MeasurementState, RoundState, Seat, Visibility


def made(answer: int = 4, **said: Any) -> MeasurementState:
    """Make a closed network measurement of two who rate each other alike."""
    seats = said.get("respondents", [seat(), seat()])
    subjects = said.get("subjects", seats)
    pairs = len(seats) * len(subjects)
    asked = [int(one.id != other.id) for one in seats for other in subjects]
    known: dict[str, Any] = {
        "version": 1,
        "id": uuid4(),
        "round_id": uuid4(),
        "case_id": uuid4(),
        "wave": "baseline",
        "wave_ordinal": 1,
        "visibility": Visibility.TEAM_OPEN,
        "round_state": RoundState.CLOSED,
        "instrument": "relational-capacity",
        "instrument_version": 1,
        "form": Form.NETWORK,
        "items": ["respect", "trust"],
        "sub_scales": [],
        "respondents": seats,
        "subjects": subjects,
        "submitted": [True] * len(seats),
        "shared_with_team": [False] * len(seats),
        "level": "complex",
        "units": 3,
        "authority_functions": 1,
        "rule_set": "default/1",
        "cells": b64encode(bytes(answer * put for put in asked for _ in range(2))).decode(),
        "asked": b64encode(bytes(asked)).decode(),
    }
    if len(known["cells"]) < pairs:
        raise ValueError("cells that are too few")
    return MeasurementState(**(known | said))


def seat(label: str = "Anne", **said: Any) -> Seat:
    """Make somebody."""
    return Seat(id=uuid4(), label=label, **said)


def told(tenant: UUID, state: MeasurementState) -> ChangeEvent:
    """Tell of a measurement."""
    return event(tenant, MEASUREMENT, state.id, state.version, state.model_dump(mode="json", by_alias=True))


def event(
    tenant: UUID, kind: str, subject: UUID, version: int, data: dict[str, Any] | None = None
) -> ChangeEvent:
    """Tell of anything; without data it is erased."""
    return ChangeEvent(
        id=f"1.1.{version}.1",
        source="/test",
        type=kind,
        subject=subject,
        tenantid=tenant,
        subjectversion=version,
        data=data,
    )
