"""Which rates a request counts against, what the caller is told of them, and the refusal above them."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import Counter
from starlette.types import Scope

from services.gateway.limits.counts import Counts, Wanted
from services.gateway.limits.rate import Rate, limit_field, parse_rate, policy_field, seconds_to_wait
from services.gateway.limits.senders import Senders, counted_as
from services.gateway.settings import GatewaySettings
from shared.access.principal import Principal
from shared.app.middleware import ANSWER_HEADERS
from shared.errors import TOO_MANY_REQUESTS, Problem

REFUSED = Counter("samspil_rate_limited_total", "Requests refused as too many.", ["rate"])

_REMEMBERED_CALLERS = 10_000


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate of each kind of caller.

    Of addresses there are two: `address` for who shows no token that is honoured, `answering` for people
    at the page and with a respondent's token, as a whole municipality may answer from one address.
    """

    client: Rate
    tenant: Rate
    respondent: Rate
    login: Rate
    address: Rate
    answering: Rate


def rates_from(settings: GatewaySettings) -> Rates:
    """Read the rates of the settings."""
    return Rates(
        client=parse_rate("client", settings.client_rate),
        tenant=parse_rate("tenant", settings.tenant_rate),
        respondent=parse_rate("respondent", settings.respondent_rate),
        login=parse_rate("login", settings.login_rate),
        address=parse_rate("address", settings.address_rate),
        answering=parse_rate("answering", settings.answering_rate),
    )


class Quotas:
    """Counts requests and refuses those above a rate.

    Whom a request is counted for is kept as a keyed digest: its length is bounded, and who reads the
    shared counts learns nothing of anybody.
    """

    def __init__(self, rates: Rates, counts: Counts, key: str, senders: Senders) -> None:
        self._rates = rates
        self._counts = counts
        self._senders = senders
        self._key = hashlib.sha256(key.encode()).digest()
        self._policies: dict[tuple[str, ...], bytes] = {}
        self._wanted_by = lru_cache(_REMEMBERED_CALLERS)(self._work_out_wanted)

    async def count_caller(self, scope: Scope, principal: Principal) -> None:
        """Count a verified caller's request: its own, and its tenant's.

        Raises
        ------
        Problem
            429.
        """
        await self._take(scope, self._wanted_by(principal))

    def _work_out_wanted(self, principal: Principal) -> Wanted:
        tenant = "" if principal.tenant is None else str(principal.tenant)
        client = self._digest(f"{tenant}\0{principal.issuer}\0{principal.subject}")
        wanted = [(self._rates.client, client)]
        if tenant:
            wanted.append((self._rates.tenant, self._digest(tenant)))
        return wanted

    async def count_respondent(self, scope: Scope, token: str) -> None:
        """Count a request with a respondent's token, which only the service behind can verify.

        Raises
        ------
        Problem
            429.
        """
        own = (self._rates.respondent, self._digest(token))
        await self._take(scope, [own, (self._rates.answering, self._address(scope))])

    async def count_answering(self, scope: Scope) -> None:
        """Count a request of the page that people answer on, by its address.

        Raises
        ------
        Problem
            429.
        """
        await self._take(scope, [(self._rates.answering, self._address(scope))])

    async def count_unknown(self, scope: Scope) -> None:
        """Count a request of nobody we know by its address.

        Raises
        ------
        Problem
            429.
        """
        await self._take(scope, [(self._rates.address, self._address(scope))])

    async def count_login(self, scope: Scope, client_name: str) -> None:
        """Count a request for a token in a client's name too, so that its secret can't be guessed fast.

        Raises
        ------
        Problem
            429.
        """
        login = (self._rates.login, self._digest(client_name))
        await self._take(scope, [login, (self._rates.address, self._address(scope))])

    def _address(self, scope: Scope) -> bytes:
        return self._digest(counted_as(self._senders.sender_of(scope)))

    async def _take(self, scope: Scope, wanted: Wanted) -> None:
        count = await self._counts.take(wanted)
        rates = [rate for rate, _ in wanted]
        scope["state"][ANSWER_HEADERS] = [
            (b"ratelimit-policy", self._policy(rates)),
            (b"ratelimit", limit_field(rates, count.backlogs)),
        ]
        if not count.taken:
            for rate, used in zip(rates, count.backlogs, strict=True):
                if not rate.gives_one_more(used):
                    REFUSED.labels(rate.name).inc()
            wait = seconds_to_wait(rates, count.backlogs)
            raise Problem(TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})

    def _policy(self, rates: list[Rate]) -> bytes:
        names = tuple(rate.name for rate in rates)
        if names not in self._policies:
            self._policies[names] = policy_field(rates)
        return self._policies[names]

    def _digest(self, name: str) -> bytes:
        return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16, key=self._key).digest()
