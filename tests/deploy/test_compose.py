"""The compose file starts the services with settings they accept, from secrets nobody else has."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from deploy import environment
from deploy.environment import main, make_variables, write_private, written
from deploy.local.vault import new_signing_key, public_keys
from deploy.migrate import SERVICES, read_plan
from deploy.operator_token import operator_token
from services.gateway.tokens.keys import import_public_keys
from shared.access.principal import Principal, Role
from shared.access.tokens import IssuerRules, TokenSigner, TokenVerifier, verified_claims
from shared.settings import ServiceSettings
from tests.deploy.compose_file import ROOT, Unset, compose_text, defaults, filled, variables

PUBLIC_URL = "https://samspil.example.dk"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Make the variables of an installation."""
    return make_variables(PUBLIC_URL, "https://svar.example.dk", new_signing_key())


@pytest.fixture(scope="module")
def services(made: dict[str, str]) -> dict[str, Any]:
    """Return the services of the compose file with these variables."""
    found: dict[str, Any] = filled(compose_text(), made)["services"]
    return found


def image_environment(service: str) -> dict[str, str]:
    """Return what the Dockerfile sets for a service."""
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith(f"ENV {service.upper()}_"))
    return dict(each.split("=") for each in line.split()[1:])


def settings_of(service: str, given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    """Read a service's settings as its container would."""
    for name, value in {**image_environment(service), **given}.items():
        monkeypatch.setenv(name, value)
    module = import_module(f"services.{service}.settings")
    settings: ServiceSettings = getattr(module, f"{service.capitalize()}Settings")()
    return settings


class TestServices:
    @pytest.mark.parametrize("service", SERVICES)
    def test_accept_their_settings(
        self, service: str, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = settings_of(service, services[service]["environment"], monkeypatch)
        everywhere = str(IPv4Address(0))
        assert (settings.host, settings.port, settings.metrics_port) == (everywhere, 8000, 9000)
        assert settings.app_dsn.path == settings.feed_dsn.path == f"/samspil_{service}"

    @pytest.mark.parametrize("service", SERVICES)
    def test_refuse_a_secret_that_is_none(
        self, service: str, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        weak = {**services[service]["environment"], f"{service.upper()}_FINGERPRINT_KEY": "change-me" * 5}
        with pytest.raises(ValidationError, match="none of the usual examples"):
            settings_of(service, weak, monkeypatch)

    @pytest.mark.parametrize("service", SERVICES)
    def test_know_nothing_of_the_others(self, service: str, services: dict[str, Any]) -> None:
        given = set(services[service]["environment"])
        assert all(name.startswith(f"{service.upper()}_") for name in given)
        assert not any("OWNER" in name or "SUPERUSER" in name for name in given)

    def test_log_in_with_the_passwords_of_the_migration(
        self, services: dict[str, Any], made: dict[str, str]
    ) -> None:
        plan = read_plan(services["migrate"]["environment"])
        assert plan.server == f"postgresql://postgres:{made['POSTGRES_PASSWORD']}@postgres:5432/postgres"
        for database in plan.databases:
            own = services[database.service]["environment"]
            for role in ("app", "feed"):
                variable = f"{database.service.upper()}_{role.upper()}_DSN"
                assert own[variable] == database.dsn(plan.server, role)

    def test_trust_the_keys_that_sign(self, services: dict[str, Any]) -> None:
        own = services["analytics"]["environment"]
        signer = TokenSigner("analytics", own["ANALYTICS_SIGNING_KEY"])
        caller = Principal("analytics", "analytics", frozenset({Role.SERVICE}))
        trusted = json.loads(services["cases"]["environment"]["CASES_TRUSTED_KEYS"])
        assert TokenVerifier(trusted, "cases").verify(signer.sign(caller, "cases")) == caller

    def test_wait_for_the_migration(self, services: dict[str, Any]) -> None:
        for service in SERVICES:
            assert (
                services[service]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
            )


class TestComposeFile:
    def test_publishes_the_gateway_alone_and_here_only(self, services: dict[str, Any]) -> None:
        published = {name: service["ports"] for name, service in services.items() if "ports" in service}
        assert published == {"gateway": ["127.0.0.1:8080:8000"]}
        networks = filled(compose_text(), dict.fromkeys(variables(compose_text()), "x"))["networks"]
        assert networks["inside"] == {"internal": True}
        joined = {name: each["networks"] for name, each in services.items()}
        outside = {name: each for name, each in joined.items() if each != ["inside"]}
        assert outside == {"survey": ["inside", "mail"], "gateway": ["inside", "front"]}

    def test_has_no_secret_of_its_own(self) -> None:
        signs = variables(compose_text())
        assert not [name for name, sign in signs.items() if sign == ""]
        defaulted = {name for name, default in defaults(compose_text()).items() if default}
        assert not [name for name in defaulted if re.search("KEY|PASSWORD|DSN|SECRET", name)]

    def test_refuses_to_start_without_any_one(self, made: dict[str, str]) -> None:
        for name in made:
            with pytest.raises(Unset, match=name):
                filled(compose_text(), {**made, name: ""})

    def test_builds_every_service_from_the_one_dockerfile(self, services: dict[str, Any]) -> None:
        builds = {name: each["build"] for name, each in services.items() if "build" in each}
        assert set(builds) == {*SERVICES, "migrate"}
        for name, build in builds.items():
            assert build == {"context": ".", "dockerfile": "deploy/Dockerfile", "args": {"SERVICE": name}}

    def test_hardens_whatever_runs_our_code(self, services: dict[str, Any]) -> None:
        for name in (*SERVICES, "migrate", "prometheus"):
            assert services[name]["read_only"] is True
            assert services[name]["cap_drop"] == ["ALL"]

    def test_measures_every_replica_of_every_service(self) -> None:
        text = (ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8")
        (found,) = yaml.safe_load(text)["scrape_configs"][0]["dns_sd_configs"]
        assert (set(found["names"]), found["type"], found["port"]) == (set(SERVICES), "A", 9000)

    def test_runs_a_survey_for_each_core(self, services: dict[str, Any]) -> None:
        assert services["survey"]["deploy"] == {"replicas": "2"}


def example_names() -> Iterator[tuple[str, str]]:
    """Yield the variables the example names, with what it says they are."""
    text = (ROOT / "deploy/.env.example").read_text(encoding="utf-8")
    for line in text.splitlines():
        found = re.fullmatch(r"(# )?([A-Z_]+)=(.*)", line)
        if found:
            yield found[2], found[3]


class TestVariables:
    def test_are_those_the_compose_file_needs(self, made: dict[str, str]) -> None:
        assert set(made) == {name for name, sign in variables(compose_text()).items() if sign == "?"}

    def test_are_named_in_the_example_without_values(self) -> None:
        assert {name for name, _ in example_names()} == set(variables(compose_text()))
        assert {value for _, value in example_names()} == {""}

    def test_are_fresh_each_time(self, made: dict[str, str]) -> None:
        again = make_variables(PUBLIC_URL, "https://svar.example.dk", new_signing_key())
        same = {name for name, value in made.items() if again[name] == value}
        assert same == {"GATEWAY_PUBLIC_URL", "SURVEY_RESPONDENT_PAGE"}

    def test_are_not_written_if_a_quote_would_end_them(self) -> None:
        for value in ("it's", "two\nlines"):
            with pytest.raises(ValueError, match="NAME"):
                written({"NAME": value})


class TestWriting:
    ARGUMENTS = ("--public-url", PUBLIC_URL, "--respondent-page", "https://svar.example.dk")

    def run(self, folder: Path) -> int:
        places = ("--file", str(folder / ".env"), "--operator-key", str(folder / "operator.jwk"))
        return main([*self.ARGUMENTS, *places])

    def test_is_for_its_owner_only(self, tmp_path: Path) -> None:
        assert self.run(tmp_path) == 0
        assert {(tmp_path / name).stat().st_mode & 0o777 for name in (".env", "operator.jwk")} == {0o600}

    def test_holds_the_public_half_of_the_operators_key_only(self, tmp_path: Path) -> None:
        self.run(tmp_path)
        key = json.loads((tmp_path / "operator.jwk").read_text())
        text = (tmp_path / ".env").read_text()
        assert key["x"] in text
        assert key["d"] not in text

    def test_leaves_what_is_there_alone(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / ".env").write_text("PRECIOUS=1\n")
        assert self.run(tmp_path) == 1
        assert "Already there" in capsys.readouterr().err
        assert (tmp_path / ".env").read_text() == "PRECIOUS=1\n"
        assert not (tmp_path / "operator.jwk").exists()
        with pytest.raises(FileExistsError):
            write_private(tmp_path / ".env", "")

    def test_reads_back_as_written(self, tmp_path: Path) -> None:
        self.run(tmp_path)
        lines = (tmp_path / ".env").read_text().splitlines()
        read = {name: value[1:-1] for name, _, value in (line.partition("=") for line in lines)}
        assert set(json.loads(read["TRUSTED_KEYS"])) == set(environment.SIGNERS)


def test_an_operators_token_is_one_the_gateway_honours() -> None:
    key = new_signing_key()
    rules = IssuerRules("operator", PUBLIC_URL, import_public_keys(public_keys(key)))
    claims = verified_claims(operator_token(key, PUBLIC_URL, "kim"), rules)
    assert (claims["sub"], claims["roles"]) == ("kim", ["operator"])
