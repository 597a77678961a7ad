"""What is told outside is what its providers name, no more and no less, and by their names."""

import ast
from itertools import chain
from pathlib import Path

from services.gateway.feed.types import TOLD_AS, EventType
from shared.contracts import register, scores, survey
from shared.contracts.register import RegisterChangeType
from shared.contracts.survey import SurveyChangeType

ROOT = Path(__file__).parents[4]
PROVIDERS = {"shared/contracts/register.py", "shared/contracts/survey.py", "shared/contracts/scores.py"}
_PROVIDED = {*map(str, RegisterChangeType), *map(str, SurveyChangeType), scores.SCORES_CHANGED}


def names_given_in(source: str) -> set[str]:
    """Return which events' names a module gives: what it assigns, not what it shows as an example."""
    if not any(f'"{name}"' in source for name in _PROVIDED):
        return set()
    assigned = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assign))
    return {each.value for each in assigned if isinstance(each, ast.Constant) and each.value in _PROVIDED}


def test_every_provider_s_event_is_told_by_its_name() -> None:
    assert {str(each) for each in EventType} - _PROVIDED == {EventType.WEBHOOK_PING}
    assert set(TOLD_AS.values()) == set(EventType) - {EventType.WEBHOOK_PING}


def test_persons_and_citizens_are_not_told_of() -> None:
    assert {register.PERSON, register.CITIZEN, register.PROFESSIONAL}.isdisjoint(TOLD_AS)
    assert survey.MEASUREMENT not in TOLD_AS


def test_names_are_given_in_one_place() -> None:
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in ("services", "shared"))
    found = {str(file.relative_to(ROOT)) for file in files if names_given_in(file.read_text("utf-8"))}
    assert found == PROVIDERS


def test_control_a_name_given_elsewhere_is_seen() -> None:
    assert names_given_in('class Mine(StrEnum):\n    CLOSED = "round.closed"\n') == {"round.closed"}
    assert names_given_in('examples = ["round.closed"]\n') == set()
