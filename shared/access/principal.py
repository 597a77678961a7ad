"""Who is calling: read from a verified token and from nothing else."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a caller may be within its tenant (`OPERATOR`: of the installation, with no tenant)."""

    CASE_SYSTEM = "case-system"
    CASE_WORKER = "case-worker"
    PROFESSIONAL = "professional"
    LEADER = "leader"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    DATA_STEWARD = "data-steward"
    OPERATOR = "operator"
    SERVICE = "service"


_SYSTEM_SCOPE = "system:"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. `issuer` is who vouches inside the house: the gateway, or a service for itself.

    `program` is the client that acts for the subject, with the rights both have: it exchanged the
    subject's token for its own (RFC 8693).
    """

    subject: str
    issuer: str
    roles: frozenset[Role]
    tenant: UUID | None = None
    person: UUID | None = None
    units: frozenset[UUID] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)
    actor: str | None = None
    program: str | None = None

    @property
    def recorded_as(self) -> str:
        """Who audit and records name: the person a program acts for, else the caller itself."""
        return self.actor or self.subject

    @property
    def recorded_program(self) -> str | None:
        """Through which program whoever records name called, if not by themselves."""
        return self.program or (self.subject if self.actor else None)

    @property
    def systems(self) -> frozenset[str]:
        """The source systems a program speaks for: its scopes `system:<code>`."""
        return frozenset(
            scope.removeprefix(_SYSTEM_SCOPE) for scope in self.scopes if scope.startswith(_SYSTEM_SCOPE)
        )

    def is_any(self, *roles: Role) -> bool:
        """Tell whether the caller has one of the roles."""
        return not self.roles.isdisjoint(roles)
