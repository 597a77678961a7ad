"""A respondent's form, and what the survey tells other services of the answers."""

from base64 import b64decode
from typing import Any
from uuid import UUID

import numpy as np

from tests.services.survey.conftest import Team
from tests.support.records import feed_state
from tests.support.services import CallerClient


async def network_of(team: Team) -> tuple[CallerClient, dict[str, Any]]:
    """Return Anne, and the form in which she rates Bo and the doctor."""
    anne = await team.round.respondent(team.anne.person)
    return anne, await team.form(anne, "network")


async def measurement_state(team: Team, instrument: str) -> dict[str, Any]:
    """Return a measurement as the feed tells of it."""
    (measured,) = [each for each in team.round.view["measurements"] if each["instrument"] == instrument]
    municipality = team.round.municipality
    return await feed_state(municipality.stack, "survey", municipality.tenant, UUID(measured["id"]))


def cube(state: dict[str, Any]) -> Any:
    """Return the cells of a measurement: respondents, subjects, items."""
    shape = (len(state["respondents"]), len(state["subjects"]), len(state["items"]))
    return np.frombuffer(b64decode(state["cells"]), dtype=np.int8).reshape(shape)
