"""Fills the survey's database with open rounds of nine colleagues each, and writes their answers out."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from uuid_utils.compat import uuid7

from benchmarks.raw_http import written
from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.instruments.definition import load_catalogue

PEOPLE = 9
INSTRUMENT = ("relational-capacity", 1)
ITEMS = load_catalogue()[INSTRUMENT].item_ids
CELLS = PEOPLE * len(ITEMS)

_ROUND = (
    "tenant_id id version case_id wave wave_ordinal visibility state respondent_label request not_asked "
    "opened_at roster_revision"
)
_MEASUREMENT = (
    "tenant_id id version round_id instrument instrument_version form items focus_items respondents "
    "subjects asked level units authority_functions rule_set"
)
_INVITATION = "tenant_id id version round_id kind respondent_id label generation channel language"
_FORM = "tenant_id id invitation_id measurement_id seat draft_revision share_with_team number"


@dataclass(frozen=True, slots=True)
class Seated:
    """One form: who is to fill it in, in which measurement, about whom."""

    form: UUID
    invitation: UUID
    measurement: UUID
    subjects: tuple[UUID, ...]


@dataclass
class Town:
    """A tenant with open rounds; each of their forms is given out once."""

    tenant: UUID = field(default_factory=uuid4)
    _left: list[Seated] = field(default_factory=list)

    async def fill(self, connection: "asyncpg.Connection[Any]", forms: int) -> None:
        """Open rounds until there are enough forms."""
        rows: dict[str, list[tuple[Any, ...]]] = {
            "round": [],
            "measurement": [],
            "invitation": [],
            "form": [],
        }
        for _ in range(-(-forms // PEOPLE)):
            self._open_round(rows)
        for table, columns in (
            ("round", _ROUND),
            ("measurement", _MEASUREMENT),
            ("invitation", _INVITATION),
            ("form", _FORM),
        ):
            name = "survey_round" if table == "round" else table
            await connection.copy_records_to_table(name, records=rows[table], columns=columns.split())
        # Only what was filled: of a table known to be empty, PostgreSQL would plan to read all rows.
        await connection.execute("VACUUM ANALYZE survey_round, measurement, invitation, form")

    def _open_round(self, rows: dict[str, list[tuple[Any, ...]]]) -> None:
        tenant, round_id, measurement, now = self.tenant, uuid7(), uuid7(), datetime.now(UTC)
        request = json.dumps({"wave": {"label": "Før"}, "purpose": "Måling", "legal_basis": "e"})
        rows["round"].append(
            (
                tenant,
                round_id,
                1,
                uuid4(),
                "baseline",
                1,
                "team-open",
                "open",
                "Forløb",
                request,
                "[]",
                now,
                1,
            )
        )
        people = [uuid7() for _ in range(PEOPLE)]
        seats = json.dumps([_seat(each) for each in people])
        asked = bytes(int(one != other) for one in people for other in people)
        measured = (tenant, measurement, 1, round_id, *INSTRUMENT, "network", json.dumps(ITEMS), "[]")
        rows["measurement"].append((*measured, seats, seats, asked, "complex", 4, 3, "2026"))
        for seat, each in enumerate(people):
            invitation, form = uuid7(), uuid7()
            rows["invitation"].append(
                (tenant, invitation, 1, round_id, "professional", uuid4(), "Anne Holm", 1, "none", "da")
            )
            rows["form"].append((tenant, form, invitation, measurement, seat, 0, False, 0))
            others = tuple(other for other in people if other != each)
            self._left.append(Seated(form, invitation, measurement, others))

    def some(self, count: int) -> list[Seated]:
        """Give out forms nobody had yet, of people who answer in no order; rounds stay together."""
        given, self._left = self._left[:count], self._left[count:]
        if len(given) < count:
            raise LookupError("all forms are given out")
        return random.sample(given, count)


def _seat(person: UUID) -> dict[str, Any]:
    return {
        "id": str(person),
        "personId": str(uuid4()),
        "label": "Anne Holm, Familieafdelingen",
        "professionalGroup": "Socialrådgiver",
        "unitId": str(uuid4()),
        "areaId": str(uuid4()),
        "municipalityCode": "0766",
        "leaderId": str(uuid4()),
        "leaderPersonId": str(uuid4()),
        "leaderLabel": "Bo Krogh, Familieafdelingen",
        "role": "authority",
    }


def openings(tokens: RespondentTokens, tenant: UUID, forms: Sequence[Seated]) -> Iterator[bytes]:
    """Write out the requests by which people open what they are asked."""
    for each in forms:
        token = tokens.write(RespondentToken(tenant, each.invitation, 1))
        headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {token}"}
        yield written("GET", "/v1/response", headers, b"")


def submissions(tokens: RespondentTokens, tenant: UUID, forms: Sequence[Seated]) -> Iterator[bytes]:
    """Write out the request that submits each form."""
    for each in forms:
        token = tokens.write(RespondentToken(tenant, each.invitation, 1))
        ratings = [
            {
                "subjectId": str(subject),
                "answers": [{"itemId": item, "value": random.randint(1, 5)} for item in ITEMS],
            }
            for subject in each.subjects
        ]
        headers = {
            "Host": "127.0.0.1",
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid7()),
        }
        body = json.dumps({"formId": str(each.form), "ratings": ratings}).encode()
        yield written("POST", "/v1/response", headers, body)
