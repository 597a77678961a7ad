"""One run of Schemathesis over a document: every phase and check, and what came of it.

What is switched off is in `settings_of` and says why; what a check may not blame is in `refusals`.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

from tests.system.contract.refusals import is_rightly_refused

SEED = 20261122
REFUSED = (400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 428, 431)
"""How invalid data may be refused: as the tool has it, with 410 for positions that are not there, and 413
and 431, as what is too long may be too large; without 429 and 5xx, as nothing is limited here and nothing
may fail."""

LONGEST_WAIT = 0.05
_LONGEST_ALLOWED = 20

Document = Mapping[str, Any]
Case = schemathesis.Case[Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried: one of so many enumerated cases, drawn ones of each operation, and walks."""

    one_of: int
    drawn: int
    walks: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What was sent, what was checked, and what is wrong: the first of each kind of each operation."""

    cases: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    tried: set[str] = field(default_factory=set)
    succeeded: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def settings_of(known: Mapping[str, Sequence[Any]], size: Size) -> SchemathesisConfig:
    """Return settings with every phase on; half of what is named is something that there is.

    `known` are values by the place they are for: `path.caseId`, `body.members[*].professionalId`. Of the
    checks one is off: `object_level_authorization` knows of callers that may see nothing of each other,
    which ours do; who sees whose things is what `tests/system/authorisation` asks.
    """
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "cache": {"enabled": False},
            "suppress-health-check": ["all"],
            "continue-on-failure": True,
            "request-timeout": 60,
            "generation": {"database": "none", "no-shrink": True},
            "dictionaries": {name: {"values": [*values]} for name, values in known.items()},
            "parameters": {name: {"dictionary": name, "probability": 0.5} for name in known},
            "checks": {
                "negative_data_rejection": {"expected-statuses": [*REFUSED]},
                "object_level_authorization": {"enabled": False},
            },
            "phases": {
                "fuzzing": {"generation": {"max-examples": size.drawn}},
                "stateful": {"generation": {"max-examples": size.walks}},
            },
        }
    )


@dataclass(frozen=True, slots=True)
class Campaign:
    """A document, where it is tried, by whom, and how much."""

    document: Document
    url: str
    token: Callable[[Case], str]
    known: Mapping[str, Sequence[Any]]
    size: Size

    def run(self) -> Findings:
        """Try it; this takes its time, blocks, and seeds what is random in the process."""
        schema = schemathesis.openapi.from_dict(
            dict(self.document), config=settings_of(self.known, self.size)
        )
        schema.config.update(base_url=self.url)
        _authenticate(schema, self.token)
        _hook(schema, self.size)
        findings = Findings()
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError):
                findings.errors.append(f"{event.label}: {event.info.title}: {event.value}")
            if isinstance(event, events.FatalError):
                findings.errors.append(repr(event.exception))
            if isinstance(event, events.ScenarioFinished):
                _note(findings, event.phase.value, event.recorder)
        return findings


def _authenticate(schema: BaseSchema, token: Callable[[Case], str]) -> None:
    class Tokens:
        """Gives each request the token of somebody who may send it."""

        def get(self, case: Case, _context: object) -> str | None:
            return token(case) or None

        def set(self, case: Case, data: str, _context: object) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    schema.auth(refresh_interval=None)(Tokens)


def _hook(schema: BaseSchema, size: Size) -> None:
    def filter_case(_context: object, case: Case) -> bool:
        """Take one of many of the enumerated cases; which one is told by what it is."""
        # What a case says of itself it makes sure of first, each time, which costs more than the digest.
        return size.one_of == 1 or digest(case) % size.one_of == 0 or not _is_enumerated(case)

    def map_case(_context: object, case: Case) -> Case:
        """Let nothing be waited for."""
        wait = case.query.get("wait") if isinstance(case.query, dict) else None
        if isinstance(wait, (int, float)) and LONGEST_WAIT < wait <= _LONGEST_ALLOWED:
            case.query["wait"] = LONGEST_WAIT
        return case

    def filter_failure(_context: object, failure: Exception, _case: Case, answer: Any) -> bool:
        """Leave out what is no failure."""
        return not is_rightly_refused(failure, answer)

    for hook in (filter_case, map_case, filter_failure):
        schema.hook(hook)


def _is_enumerated(case: Case) -> bool:
    return case.meta is not None and case.meta.phase.name.value == "coverage"


def digest(case: Case) -> int:
    """Return a number for what a case sends, the same in every run."""
    sent = (case.operation.label, case.method, case.path_parameters, case.query, case.body)
    return zlib.crc32(repr(sent).encode(errors="backslashreplace"))


def _note(findings: Findings, phase: str, recorder: ScenarioRecorder) -> None:
    for identity, node in recorder.cases.items():
        answer = recorder.find_response(case_id=identity)
        if answer is None:
            continue
        # What a check sends by itself is no case of its own.
        findings.cases[phase] += node.parent_id is None or node.transition is not None
        findings.tried.add(node.value.operation.label)
        if answer.status_code < 400:  # 304, too, says that it was understood
            findings.succeeded.add(node.value.operation.label)
    for identity, checks in recorder.checks.items():
        label = recorder.cases[identity].value.operation.label
        answer = recorder.find_response(case_id=identity)
        for check in checks:
            findings.checks[check.name] += 1
            if check.status is Status.FAILURE and check.failure_info is not None:
                told = f"{phase}: {check.failure_info.failure}\n{check.failure_info.code_sample}\n"
                told += "" if answer is None else f"{answer.status_code} {answer.text[:1000]}"
                findings.failures.setdefault((check.name, label), told)
