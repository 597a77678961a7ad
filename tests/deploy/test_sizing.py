"""How many connections the guide says there are is how many the code opens, by its defaults."""

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module

import pytest

from services.gateway.settings import GatewaySettings
from services.survey.settings import SurveySettings
from shared import lifecycle
from shared.settings import ServiceSettings
from tests.deploy.compose_file import ROOT, compose_text, defaults

SERVICES = ("cases", "survey", "analytics", "gateway")
RUN_ALONE = {"rebuild.py"}
"""A program of its own, which no service runs."""

_WAKE_UPS = 1
_FOR_SUPERUSERS = 3
_BESIDE = 3 + 6
"""A backup, the journal and the audit's check; and a rebuild."""

_ROW = re.compile(r"^ *\| (cases|survey|analytics|gateway) \|((?: \d+ \|){6})$", re.MULTILINE)


def told(guide: str) -> dict[str, tuple[int, ...]]:
    """Return the guide's table by service."""
    return {name: tuple(map(int, re.findall(r"\d+", row))) for name, row in _ROW.findall(guide)}


def pools_in(source: str) -> Iterator[int]:
    """Return the size of each pool that a module opens."""
    tree = ast.parse(source)
    named = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Database":
            sizes = [each.value for each in node.keywords if each.arg == "pool_size"] or node.args[1:2]
            size = sizes[0]
            yield int(ast.literal_eval(named[size.id] if isinstance(size, ast.Name) else size))


def in_the_background(service: str) -> int:
    """Return how many connections a service's own modules open."""
    files = [file for file in (ROOT / "services" / service).rglob("*.py") if file.name not in RUN_ALONE]
    return sum(size for file in files for size in pools_in(file.read_text(encoding="utf-8")))


def followed(settings: Mapping[str, object]) -> int:
    """Return how many feeds a service follows: it has an address of each."""
    return len({f"{name}_url" for name in SERVICES} & settings.keys())


def feeds_of(service: str) -> int:
    """Return how many feeds a service follows."""
    if service == "gateway":
        return len(GatewaySettings.model_fields["follows"].default)
    module = import_module(f"services.{service}.settings")
    return followed(getattr(module, f"{service.capitalize()}Settings").model_fields)


def counted(service: str) -> tuple[int, ...]:
    """Count as the guide does."""
    requests: int = ServiceSettings.model_fields["pool_size"].default
    found = (
        requests,
        lifecycle._FEED_POOL_SIZE,
        _WAKE_UPS,
        feeds_of(service),
        in_the_background(service),
    )
    return (*found, sum(found))


GUIDE = (ROOT / "deploy/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", SERVICES)
def test_the_guide_counts_what_the_code_opens(service: str) -> None:
    assert told(GUIDE)[service] == counted(service)


def test_the_compose_file_has_room_for_all() -> None:
    room = int(defaults(compose_text())["POSTGRES_MAX_CONNECTIONS"])
    second = int(defaults(compose_text())["SURVEY_REPLICAS"]) - 1
    needed = sum(counted(each)[-1] for each in SERVICES) + second * counted("survey")[-1]
    assert f"{needed} in all" in GUIDE
    assert needed + _BESIDE + _FOR_SUPERUSERS <= room


def test_control_another_pool_is_counted() -> None:
    assert list(pools_in("_N = 2\nfirst, second = Database(dsn, _N), Database(dsn, pool_size=3)\n")) == [
        2,
        3,
    ]
    assert followed(SurveySettings.model_fields) == 1
    assert told("  | cases | 9 | 4 | 1 | 0 | 1 | 15 |\n") == {"cases": (9, 4, 1, 0, 1, 15)}
