"""Open rounds for the storm, written straight into the survey's tables: who is asked, with which token."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.instruments.definition import Instrument, load_catalogue
from shared.contracts.survey import Form

PEOPLE = 9
"""Those in a round; each is asked about the other eight, or about the collaboration as a whole."""

TENANTS = 4
_IN_WORDS = ("midway-form", 1)
_OF_EACH_OTHER = ("relational-capacity", 1)
_EVERY = 5

_COLUMNS = {
    "survey_round": "tenant_id id version case_id wave wave_ordinal visibility state respondent_label "
    "request not_asked opened_at roster_revision",
    "measurement": "tenant_id id version round_id instrument instrument_version form items focus_items "
    "respondents subjects asked level units authority_functions rule_set",
    "invitation": "tenant_id id version round_id kind respondent_id label generation channel language",
    "form": "tenant_id id invitation_id measurement_id seat draft_revision share_with_team number",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One form that one person is asked, and the token they hold."""

    tenant: UUID
    id: UUID
    measurement: UUID
    instrument: Instrument
    seat: int
    subjects: tuple[UUID, ...]
    token: str

    @property
    def may_rate(self) -> list[int]:
        """The places of those this person is asked about: in a network all but themselves."""
        return [place for place in range(len(self.subjects)) if not self._is_own(place)]

    def _is_own(self, place: int) -> bool:
        return self.instrument.form is Form.NETWORK and place == self.seat


async def build_town(dsn: str, tokens: RespondentTokens, forms: int, source: random.Random) -> list[Asked]:
    """Write rounds with so many forms, and return these in a random order."""
    tenants = [uuid4() for _ in range(TENANTS)]
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
    asked: list[Asked] = []
    number = 0
    while len(asked) < forms:
        key = _IN_WORDS if number % _EVERY == _EVERY - 1 else _OF_EACH_OTHER
        people = min(PEOPLE, forms - len(asked))
        asked += _add_round(rows, tenants[number % TENANTS], load_catalogue()[key], people, tokens)
        number += 1
    connection = await asyncpg.connect(dsn)
    try:
        for table, columns in _COLUMNS.items():
            await connection.copy_records_to_table(table, records=rows[table], columns=columns.split())
        await connection.execute("CHECKPOINT")  # what is there before the storm is not at stake in it
    finally:
        await connection.close()
    source.shuffle(asked)
    return asked


def _add_round(
    rows: dict[str, list[tuple[Any, ...]]],
    tenant: UUID,
    instrument: Instrument,
    people: int,
    tokens: RespondentTokens,
) -> Iterator[Asked]:
    round_id, case_id, measured = uuid4(), uuid4(), uuid4()
    respondents = [_seat(uuid4(), person) for person in range(PEOPLE)]
    is_network = instrument.form is Form.NETWORK
    subjects = respondents if is_network else [_seat(case_id, None)]
    rows["survey_round"].append(_round_row(tenant, round_id, case_id, instrument))
    rows["measurement"].append(
        _measurement_row((tenant, measured, round_id), instrument, respondents, subjects)
    )
    for seat, respondent in enumerate(respondents[:people]):
        invited, form_id = uuid4(), uuid4()
        rows["invitation"].append(
            (
                *(tenant, invited, 1, round_id, "professional", UUID(respondent["id"])),
                *(respondent["label"], 1, "none", "da"),
            )
        )
        rows["form"].append((tenant, form_id, invited, measured, seat, 0, False, 0))
        yield Asked(
            tenant,
            form_id,
            measured,
            instrument,
            seat,
            tuple(UUID(each["id"]) for each in subjects),
            tokens.write(RespondentToken(tenant, invited, 1)),
        )


def _seat(seat_id: UUID, person: int | None) -> dict[str, Any]:
    known = {"id": str(seat_id), "label": "Samarbejdet" if person is None else f"Fagperson {person + 1}"}
    unknown = ("professionalGroup", "unitId", "areaId", "municipalityCode", "leaderId", "leaderPersonId")
    return {
        **known,
        "personId": None if person is None else str(uuid4()),
        **dict.fromkeys((*unknown, "leaderLabel", "role")),
    }


def _round_row(tenant: UUID, round_id: UUID, case_id: UUID, instrument: Instrument) -> tuple[Any, ...]:
    now = datetime.now(UTC)
    request = {
        "case_id": str(case_id),
        "group_id": None,
        "wave": {"code": "baseline", "ordinal": 1, "label": "Før netværksmøderne"},
        "visibility": "confidential",
        "purpose": "Bedre samarbejde omkring borgeren",
        "legal_basis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
        "informed": {"citizen_informed_at": "2026-01-05T08:00:00Z"},
        "instruments": [{"code": instrument.code, "version": instrument.version, "focus_items": []}],
    }
    return (
        *(tenant, round_id, 1, case_id, "baseline", 1, "confidential", "open", "Forløb"),
        *(json.dumps(request), "[]", now, 1),
    )


def _measurement_row(
    ids: tuple[UUID, UUID, UUID],
    instrument: Instrument,
    respondents: Sequence[dict[str, Any]],
    subjects: Sequence[dict[str, Any]],
) -> tuple[Any, ...]:
    tenant, measured, round_id = ids
    asks = bytes(int(one["id"] != other["id"]) for one in respondents for other in subjects)
    return (
        *(tenant, measured, 1, round_id, instrument.code, instrument.version, instrument.form),
        *(json.dumps(instrument.item_ids), "[]", json.dumps(respondents), json.dumps(subjects), asks),
        *("complex", 3, 1, "samspil-1"),
    )
