"""Puts the four services together on this machine: databases, settings, processes."""

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import FIRST_PORT, HOST, ServicePorts, plan_ports, require_free
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.supervisor import ServiceProcess, Supervisor
from deploy.local.vault import Jwk, Vault, new_signing_key, public_keys, random_secret
from deploy.migrate import ROLES, prepare_database
from shared.database.provision import ServiceDatabase

SERVICES = ("gateway", "cases", "survey", "analytics")
ROOT = Path(__file__).parents[2]
_SIGNERS = ("gateway", "survey", "analytics", "gateway-feeds")


@dataclass(frozen=True, slots=True)
class House:
    """The running house: where it answers, and the keys of those who may set it up."""

    url: str
    ports: Mapping[str, ServicePorts]
    operator_key: Jwk
    supervisor: Supervisor


class Blueprint:
    """Everything that starting the services needs, worked out from a data folder and a first port."""

    def __init__(self, folder: Path, first_port: int = FIRST_PORT) -> None:
        self.folder = folder
        self.vault = Vault(folder / "secrets.json")
        self.ports = plan_ports(SERVICES, first_port)

    @property
    def url(self) -> str:
        """The gateway's address, the only one that callers need."""
        return self._url("gateway")

    def operator_key(self) -> Jwk:
        """Return the key of whoever may set up tenants."""
        return self.vault.get("operator-key", new_signing_key)

    def database(self, service: str) -> ServiceDatabase:
        """Return where a service's data live, and its logins."""
        owner, app, feed = (self.vault.get(f"{service}-{role}-password", random_secret) for role in ROLES)
        return ServiceDatabase(service, owner, app, feed)

    def processes(self, server: ServerAddress) -> list[ServiceProcess]:
        """Return the four services as processes."""
        return [
            ServiceProcess(
                name=service,
                command=(sys.executable, "-m", f"services.{service}.main"),
                health_url=f"{self._url(service)}/health/ready",
                env=self._environment(service, server),
                cwd=ROOT,
            )
            for service in SERVICES
        ]

    def _environment(self, service: str, server: ServerAddress) -> dict[str, str]:
        database = self.database(service)
        own = {
            "HOST": HOST,
            "PORT": str(self.ports[service].http),
            "METRICS_PORT": str(self.ports[service].metrics),
            "APP_DSN": database.dsn(server.dsn(), "app"),
            "FEED_DSN": database.dsn(server.dsn(), "feed"),
            "FINGERPRINT_KEY": self.vault.get(f"{service}-fingerprint-key", random_secret),
            "TRUSTED_KEYS": json.dumps({each: public_keys(self.signer(each)) for each in _SIGNERS}),
            **self._own_settings(service),
        }
        return {f"{service.upper()}_{name}": value for name, value in own.items()}

    def _own_settings(self, service: str) -> dict[str, str]:
        if service == "gateway":
            upstreams = {each: self._url(each) for each in SERVICES if each != "gateway"}
            return {
                "SIGNING_KEY": json.dumps(self.signer("gateway")),
                "PUBLIC_URL": self.url,
                "UPSTREAMS": json.dumps(upstreams),
                "OPERATOR_KEYS": json.dumps(public_keys(self.operator_key())),
                "FEEDS_SIGNING_KEY": json.dumps(self.signer("gateway-feeds")),
                "WEBHOOK_KEY": self.vault.get("webhook-key", random_secret),
                # Whoever tries webhooks here has the receiver on this machine, too.
                "WEBHOOK_NETWORKS": json.dumps([f"{HOST}/32"]),
                "AUDIT_HEADS": str(self.folder.absolute() / "audit-heads"),
            }
        if service == "survey":
            return {
                "SIGNING_KEY": json.dumps(self.signer("survey")),
                "RESPONDENT_KEY": self.vault.get("respondent-key", random_secret),
                "CASES_URL": self._url("cases"),
                "RESPONDENT_PAGE": f"{self.url}/svar",
            }
        if service == "analytics":
            return {
                "SIGNING_KEY": json.dumps(self.signer("analytics")),
                "CASES_URL": self._url("cases"),
                "SURVEY_URL": self._url("survey"),
            }
        return {"CITIZEN_KEYS": json.dumps({"1": self.vault.get("citizen-key", random_secret)})}

    def signer(self, service: str) -> Jwk:
        """Return the key a service signs with."""
        return self.vault.get(f"{service}-signing-key", new_signing_key)

    def _url(self, service: str) -> str:
        return f"http://{HOST}:{self.ports[service].http}"


def prepare_databases(blueprint: Blueprint, server: ServerAddress) -> None:
    """Create every service's database and roles, and bring it to the newest revision."""
    for service in SERVICES:
        prepare_database(server.dsn(), blueprint.database(service))


def postgres_of(folder: Path) -> EmbeddedPostgres:
    """Return the data folder's own PostgreSQL, not yet started."""
    return EmbeddedPostgres(folder / "postgres")


@asynccontextmanager
async def running_house(blueprint: Blueprint, server: ServerAddress) -> AsyncIterator[House]:
    """Run the four services; leave no process behind."""
    require_free(blueprint.ports)
    supervisor = Supervisor(blueprint.processes(server), log_folder=blueprint.folder / "logs")
    async with supervisor:
        yield House(blueprint.url, blueprint.ports, blueprint.operator_key(), supervisor)
