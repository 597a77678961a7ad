"""What a request for figures asks, apart from the data: who, and everything its bytes depend on; pure."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Generic, TypeVar

from services.analytics.release.envelope import Released
from services.analytics.scores.schemas import METHOD_VERSION
from shared.access.principal import Principal
from shared.representation import is_known
from shared.wire import Language

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `cut` is its path, query and wanted form, `known` the entity tags the caller has."""

    caller: Principal
    cut: str
    language: Language
    known: frozenset[str]

    def and_of(self, more: object) -> "Asked":
        """Return the request whose answer's bytes depend on something more."""
        return replace(self, cut=f"{self.cut} {more}")

    def tag(self, data_version: str) -> str:
        """Return the weak entity tag of the answer: of method and data version, who asks, and what."""
        seen = (METHOD_VERSION, data_version, *_eyes(self.caller), self.language, self.cut)
        digest = blake2b("\0".join(seen).encode(), digest_size=12).hexdigest()
        return f'W/"{digest}"'

    def knows(self, tag: str) -> bool:
        """Tell whether the caller has the answer with this tag already."""
        return is_known(tag, self.known)


def _eyes(caller: Principal) -> list[str]:
    """Return all that decides what a caller sees."""
    who = (caller.tenant, caller.subject, caller.person)
    return [*map(str, who), *sorted(caller.roles), *sorted(map(str, caller.units))]


@dataclass(frozen=True, slots=True)
class Figured(Generic[Content]):
    """What is answered: a result with its tag, or no more than the tag to who has the result."""

    tag: str
    view: Released[Content] | None
