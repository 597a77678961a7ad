"""Whatever cuts are in is worked out on a thread of its own: endpoints, charts and files alike."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.analytics.cuts.wave_cuts import wave_cuts
from services.analytics.scores.wave_scores import overview
from shared.access.principal import Role
from shared.spreadsheet import MEDIA_TYPE as CSV
from tests.services.analytics.rounds_with_answers import Answered

OF_CUTS = (
    "waves/baseline/capacities?direction=given&by=area",
    "waves/baseline/interfaces?by=unit",
    "capacity-developments?direction=given&by=area",
    "capacity-developments/chart?direction=given&by=area",
    "waves/baseline/exports/figures",
)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the thread on which cuts, and a wave's overview, are asked for."""
    found: list[str] = []

    def recorded(work: Callable[..., Any]) -> Callable[..., Any]:
        def work_out(*told: Any) -> Any:
            found.append(threading.current_thread().name.partition("_")[0])
            return work(*told)

        return work_out

    monkeypatch.setattr("services.analytics.cuts.views.wave_cuts", recorded(wave_cuts))
    monkeypatch.setattr("services.analytics.scores.api.overview", recorded(overview))
    return found


@pytest.mark.parametrize("path", OF_CUTS)
async def test_cuts_hold_up_no_other_figures(five: Answered, seen: list[str], path: str) -> None:
    analyst = five.person(uuid4(), Role.ANALYST)
    answer = await analyst.get(f"/v1/{path}", headers={"Accept": f"{CSV}, */*;q=0.5"})
    assert answer.status_code == 200
    assert set(seen) == {"cuts"}


async def test_control_other_figures_are_worked_out_elsewhere(five: Answered, seen: list[str]) -> None:
    analyst = five.person(uuid4(), Role.ANALYST)
    await analyst.get("/v1/waves/baseline/overview")
    assert seen == ["statistics"]
