"""Collaboration groups whose figures can be worked out by hand, as analytics holds them."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from services.analytics.methods.cube import Cube
from services.analytics.projection.holdings import Holdings, Register
from services.analytics.projection.measurement import Measurement
from shared.contracts.register import GroupKind, GroupMemberState, GroupState, ParticipantRole
from shared.contracts.survey import Seat
from tests.services.analytics.networks_by_hand import network, person_of

GROUP, OTHER_GROUP = UUID(int=900), UUID(int=901)
LEAD, STRANGER = UUID(int=7777), UUID(int=8888)
ANNE = person_of(UUID(int=1))
Rating = Callable[[int, int], int]


def seats(professions: Sequence[str]) -> list[Seat]:
    """Return a seat of each profession, in order."""
    return [
        Seat(id=UUID(int=number), person_id=person_of(UUID(int=number)), label="P", professional_group=name)
        for number, name in enumerate(professions, start=1)
    ]


def of_each_other(professions: Sequence[str], rating: Rating, **more: Any) -> Measurement:
    """Return a round in which members rate each other on one dimension; a rater's place comes first."""
    people = range(len(professions))
    cells = [[[0] if one == other else [rating(one, other)] for other in people] for one in people]
    own = seats(professions)
    held: dict[str, Any] = {"case_id": None, "group_id": GROUP, "respondents": own, "subjects": own}
    return network(cells, **{**held, **more})


def of_wholes(sizes: Sequence[int], rating: Rating, **more: Any) -> Measurement:
    """Return a round in which members rate the wholes they are not of: `sizes` people in each."""
    whole_of = [whole for whole, size in enumerate(sizes) for _ in range(size)]
    subjects = [
        Seat(id=UUID(int=500 + whole), label=f"Gruppe {whole}", role=f"group-{whole}")
        for whole in range(len(sizes))
    ]
    held = of_each_other(["x"] * len(whole_of), lambda _one, _other: 1, subjects=subjects, **more)
    cells = np.array(
        [
            [[0] if whole == own else [rating(place, whole)] for whole in range(len(sizes))]
            for place, own in enumerate(whole_of)
        ],
        dtype=np.int8,
    )
    skipped = np.array([[whole == own for whole in range(len(sizes))] for own in whole_of])
    return Measurement(held.state, Cube(cells, own=np.zeros_like(skipped), skipped=skipped))


def held_groups(*measurements: Measurement) -> Holdings:
    """Return a tenant with these measurements of groups, and a group whose lead is in no roster."""
    lead = GroupMemberState(
        professional_id=UUID(int=77), person_id=LEAD, role=ParticipantRole.FACILITATOR, subject_group=None
    )
    member = GroupMemberState(
        professional_id=UUID(int=88),
        person_id=STRANGER,
        role=ParticipantRole.PARTICIPANT,
        subject_group=None,
    )
    group = GroupState(
        version=1,
        id=GROUP,
        kind=GroupKind.SERVICE_EFFORT,
        name="Demensindsatsen",
        municipality_code="0573",
        valid_to=None,
        members=[lead, member],
    )
    return Holdings("v1", {}, measurements, Register(groups={GROUP: group}))
