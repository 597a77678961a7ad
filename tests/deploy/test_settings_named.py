"""Whatever operators may set is named where they look: in a README of a service, or in the example."""

import re
from collections.abc import Iterable
from importlib import import_module

import pytest

from deploy.migrate import SERVICES
from shared.settings import ServiceSettings
from tests.deploy.compose_file import ROOT

HOUSE = "cases"
"""The service whose README names what every service reads; the others refer to it."""


def settings_of(service: str) -> type[ServiceSettings]:
    found: type[ServiceSettings] = getattr(
        import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings"
    )
    return found


def named(service: str) -> set[str]:
    """Return the variables that a service's README or the example names, by their whole names."""
    texts = [ROOT / f"services/{service}/README.md", ROOT / "deploy/.env.example"]
    return {
        name for text in texts for name in re.findall(r"\b[A-Z][A-Z_]+\b", text.read_text(encoding="utf-8"))
    }


def unnamed(service: str, settings: Iterable[str]) -> list[str]:
    known = named(service)
    return [each for each in settings if f"{service}_{each}".upper() not in known]


@pytest.mark.parametrize("service", SERVICES)
def test_each_services_own(service: str) -> None:
    own = set(settings_of(service).model_fields) - set(ServiceSettings.model_fields)
    assert own
    assert unnamed(service, sorted(own)) == []


def test_what_every_service_reads() -> None:
    assert unnamed(HOUSE, ServiceSettings.model_fields) == []


def test_control_a_setting_nobody_wrote_about_is_found() -> None:
    assert unnamed("analytics", ["resident_megabytes", "resident_megabyte", "nobodys"]) == [
        "resident_megabyte",
        "nobodys",
    ]
