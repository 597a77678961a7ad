"""The questionnaire against its model: no sequence of deeds may tell them apart."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from deploy.local.postgres import ServerAddress
from tests.endurance.house import House
from tests.endurance.machine import SurveyMachine
from tests.endurance.model import Questionnaire
from tests.support.databases import make_database

SEQUENCES = int(os.environ.get("SAMSPIL_SEQUENCES", "80"))
STEPS = 15


@pytest.fixture(scope="module")
def house(postgres: ServerAddress) -> Iterator[House]:
    """Run the survey on a database of its own, where no clock but ours closes a round."""
    running = House(make_database(postgres, "survey", "survey_model"))
    try:
        yield running
    finally:
        running.close()


def run(machine: type[SurveyMachine], house: House, sequences: int, *phases: Phase) -> None:
    machine.house = house
    chosen = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        database=None,
        report_multiple_bugs=False,
        derandomize=sequences <= 200,
        phases=phases or (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_no_sequence_tells_service_and_model_apart(house: House) -> None:
    run(SurveyMachine, house, SEQUENCES)


class TestNegativeControls:
    """A model with one wrong rule is told apart from the service."""

    def test_drafts_that_outlive_the_round(self, house: House) -> None:
        class Wrong(Questionnaire):
            def close(self) -> str:
                self.is_open = False
                return "ok"

        self._is_found(Wrong, house)

    def test_links_that_outlive_revocation(self, house: House) -> None:
        class Wrong(Questionnaire):
            def revoke(self, who: str) -> str:
                return "ok" if who in self.invitations else "not-found"

        self._is_found(Wrong, house)

    def test_answers_that_outlive_withdrawal(self, house: House) -> None:
        class Wrong(Questionnaire):
            def withdraw_for(self, who: str) -> str:
                if who in self.invitations:
                    self.invitations[who].withdrawn = True
                return "ok" if who in self.invitations else "not-found"

        self._is_found(Wrong, house)

    def _is_found(self, wrong: type[Questionnaire], house: House) -> None:
        class Machine(SurveyMachine):
            questionnaire = wrong

        with pytest.raises(AssertionError):
            run(Machine, house, 200, Phase.generate)
