"""Alerts and dashboard speak of metrics that there are; every alert is tested to fire, and not to."""

import json
import re
from collections.abc import Iterable

import yaml

from tests.deploy.compose_file import ROOT

_METRIC = re.compile(r"\bsamspil_[a-z_]+")
_MADE = re.compile(r'"(samspil_[a-z_]+)"')
_OF_HISTOGRAMS = ("_bucket", "_count", "_sum")
ALERTS = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))
TESTS = yaml.safe_load((ROOT / "deploy/prometheus/alerts_test.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((ROOT / "deploy/grafana/samspil.json").read_text(encoding="utf-8"))


def metrics_in(expressions: Iterable[str]) -> set[str]:
    """Return the metrics that expressions name."""
    found = {name for each in expressions for name in _METRIC.findall(each)}
    for ending in _OF_HISTOGRAMS:
        found = {name.removesuffix(ending) for name in found}
    return found


def metrics_of_the_code() -> set[str]:
    """Return the metrics that shared and the services make."""
    files = [file for folder in ("shared", "services") for file in (ROOT / folder).rglob("*.py")]
    return {name for file in files for name in _MADE.findall(file.read_text(encoding="utf-8"))}


def alerts() -> list[dict[str, str]]:
    """Return the rules."""
    rules: list[dict[str, str]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    return rules


def expressions() -> list[str]:
    """Return every expression of alerts and dashboard."""
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in alerts()), *shown]


def test_every_metric_that_is_watched_is_there() -> None:
    assert metrics_in(expressions()) <= metrics_of_the_code()
    assert not metrics_in(["samspil_no_such_metric > 0"]) <= metrics_of_the_code()


def test_every_alert_is_tested_to_fire_and_to_stay_quiet() -> None:
    expected = {f"{rule['alert']} {how}" for rule in alerts() for how in ("fires", "stays quiet")}
    assert {test["name"] for test in TESTS["tests"]} == expected


def test_panels_have_a_place_of_their_own() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
