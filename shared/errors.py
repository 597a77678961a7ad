"""The catalogue of everything a service can refuse, and the one exception that carries a refusal.

A refusal never repeats what was sent. Its texts are Danish and English; its code is for programs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.wire import Language

MOST_ERRORS = 1000
"""So many places of a request are named at most when it is refused."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of refusal: `code` for programs, `title` in both languages for people."""

    code: str
    status: int
    danish: str
    english: str

    def title(self, language: Language) -> str:
        """Say the fault in a language."""
        return self.danish if language == "da" else self.english

    @property
    def type(self) -> str:
        """The RFC 9457 problem type, a URN that needs no web site."""
        return f"urn:samspil:problem:{self.code}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong in a request: where (a JSON pointer) and why; never the value itself."""

    pointer: str
    code: str
    detail: str


@dataclass(eq=False)  # not frozen: contextlib sets the traceback of what passes through it
class Problem(Exception):
    """A refusal on its way out: a fault with all the places it was found in."""

    fault: Fault
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.fault.code


MALFORMED = Fault("malformed-request", 400, "Forespørgslen er ikke gyldig.", "The request is not valid.")
UNKNOWN_QUERY = Fault(
    "unknown-query-parameter",
    400,
    "Forespørgslen har en ukendt parameter.",
    "The request has an unknown query parameter.",
)
IDEMPOTENCY_KEY_REQUIRED = Fault(
    "idempotency-key-required",
    400,
    "Headeren Idempotency-Key mangler.",
    "The header Idempotency-Key is missing.",
)
INVALID_CURSOR = Fault(
    "invalid-cursor", 400, "Cursoren er ikke gyldig her.", "The cursor is not valid here."
)
UNAUTHENTICATED = Fault("unauthenticated", 401, "Et gyldigt token mangler.", "A valid token is missing.")
FORBIDDEN = Fault(
    "forbidden", 403, "Dit token giver ikke ret til dette.", "Your token does not allow this."
)
NOT_FOUND = Fault("not-found", 404, "Det findes ikke.", "There is no such thing.")
METHOD_NOT_ALLOWED = Fault(
    "method-not-allowed",
    405,
    "Metoden findes ikke på denne adresse.",
    "This address does not take this method.",
)
NOT_ACCEPTABLE = Fault(
    "not-acceptable",
    406,
    "Svaret findes ikke i den form, der bedes om.",
    "The answer does not come in the form asked for.",
)
REQUEST_TIMEOUT = Fault(
    "request-timeout",
    408,
    "Forespørgslen kom ikke frem i tide.",
    "The request did not arrive in time.",
)
CONFLICT = Fault(
    "conflict",
    409,
    "Ændringen strider mod noget, der allerede findes.",
    "The change contradicts something that already exists.",
)
IDEMPOTENCY_IN_FLIGHT = Fault(
    "idempotency-in-flight",
    409,
    "Den første forespørgsel med denne nøgle er ikke færdig.",
    "The first request with this key has not finished.",
)
OUTDATED_SOURCE_VERSION = Fault(
    "outdated-source-version",
    409,
    "En nyere version fra kilden er allerede modtaget.",
    "A newer version from the source has been received already.",
)
UNKNOWN_POSITION = Fault(
    "unknown-position",
    410,
    "Positionen findes ikke længere; læs forfra.",
    "The position no longer exists; read from the beginning.",
)
STALE = Fault(
    "precondition-failed",
    412,
    "Tilstanden er en anden end den, du bygger på.",
    "The state is not the one you build upon.",
)
BODY_TOO_LARGE = Fault("body-too-large", 413, "Forespørgslen er for stor.", "The request is too large.")
UNSUPPORTED_MEDIA_TYPE = Fault(
    "unsupported-media-type",
    415,
    "Indholdet skal være application/json.",
    "The content must be application/json.",
)
BROKEN_RULE = Fault(
    "broken-rule",
    422,
    "Forespørgslen bryder en regel i domænet.",
    "The request breaks a rule of the domain.",
)
IDEMPOTENCY_KEY_REUSED = Fault(
    "idempotency-key-reused",
    422,
    "Nøglen er brugt til en anden forespørgsel.",
    "The key was used for another request.",
)
PRECONDITION_REQUIRED = Fault(
    "precondition-required",
    428,
    "Send If-None-Match: * for at oprette eller If-Match for at ændre.",
    "Send If-None-Match: * to create or If-Match to change.",
)
TOO_MANY_REQUESTS = Fault("too-many-requests", 429, "For mange forespørgsler.", "Too many requests.")
HEAD_TOO_LARGE = Fault(
    "head-too-large",
    431,
    "Forespørgslens headere er for mange eller for store.",
    "The request has too many headers, or too large ones.",
)
INTERNAL = Fault("internal-error", 500, "Der skete en fejl hos os.", "Something went wrong on our side.")
BAD_GATEWAY = Fault(
    "upstream-failed",
    502,
    "En bagvedliggende tjeneste svarede ikke.",
    "A service behind did not answer.",
)
UNAVAILABLE = Fault(
    "unavailable",
    503,
    "Tjenesten er optaget eller på vej op; prøv igen.",
    "The service is busy or starting; try again.",
)


def broken_rule(pointer: str, code: str, detail: str) -> Problem:
    """Refuse one value that is well-formed but breaks a rule of the domain."""
    return Problem(BROKEN_RULE, [FieldError(pointer, code, detail)])


def unavailable(retry_after: int = 1) -> Problem:
    """Refuse for now."""
    return Problem(UNAVAILABLE, headers={"Retry-After": str(retry_after)})
