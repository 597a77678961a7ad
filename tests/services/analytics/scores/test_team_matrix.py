"""A matrix is written once of the same rows, and correct at once after any change of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from services.analytics.release.decisions import GroupSize
from services.analytics.resident.keeping import MEGABYTE
from services.analytics.resident.memo import Memo
from services.analytics.scores import service
from services.analytics.scores.repository import read_versions
from services.analytics.scores.service import Scores
from services.analytics.scores.team_matrix import TeamMatrix, as_sent
from shared.access.principal import Principal, Role
from shared.changes.events import ChangeEvent
from shared.contracts.register import CASE, CaseParticipant, CaseState, ParticipantRole
from shared.contracts.survey import MEASUREMENT, Form, MeasurementState, RoundState, Visibility
from tests.services.analytics.installation import Installation
from tests.services.analytics.made_measurements import event, made, seat, told
from tests.support.records import rows

ANNE, BO, LEAD = (UUID(int=number) for number in (1, 2, 3))
NOTHING = as_sent(None)
RENAMED = [seat("Anne B.", person_id=ANNE), seat("Bo", person_id=BO)]


def scores(installation: Installation, most_bytes: int = MEGABYTE) -> Scores:
    return Scores(installation.database, GroupSize(5), Memo[TeamMatrix](most_bytes))


def team(answer: int = 4, **said: Any) -> MeasurementState:
    seats = [seat("Anne", person_id=ANNE), seat("Bo", person_id=BO)]
    return made(answer, **({"respondents": seats} | said))


def without_anne() -> dict[str, Any]:
    return {"respondents": [seat("Erased"), seat("Bo", person_id=BO)]}


def case(tenant: UUID, state: MeasurementState, version: int, *leads: UUID) -> ChangeEvent:
    """Tell of the case, which these people lead."""
    case_id = state.case_id or state.id
    participants = [
        CaseParticipant(professional_id=lead, person_id=lead, role=ParticipantRole.FACILITATOR)
        for lead in leads
    ]
    known = CaseState(version=version, id=case_id, participants=participants)
    return event(tenant, CASE, case_id, version, known.model_dump(mode="json", by_alias=True))


def newer(state: MeasurementState, **said: object) -> MeasurementState:
    return state.model_copy(update={"version": state.version + 1, **said})


def found(result: str) -> float:
    return REGISTRY.get_sample_value("samspil_remembered_asked_total", {"found": result}) or 0.0


async def sent(held: Scores, tenant: UUID, state: MeasurementState, person: UUID = ANNE) -> bytes:
    caller = Principal("tester", "gateway", frozenset({Role.PROFESSIONAL}), tenant=tenant, person=person)
    case_id = state.case_id or state.id
    return await held.matrix_as_sent(caller, case_id, "baseline")


class TestMatrixAsSent:
    async def test_is_written_once_and_each_reading_recorded(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state, held = team(), scores(installation)
        await installation.tell(told(tenant, state))
        known = found("known")
        bodies = [await sent(held, tenant, state, person) for person in (ANNE, BO, ANNE)]
        assert len(set(bodies)) == 1
        assert NOTHING not in bodies
        assert found("known") == known + 2
        query = "SELECT person_id FROM audit_event WHERE tenant_id = $1 AND subject_id = $2 ORDER BY id"
        read = await rows(installation.logins, query, tenant, state.case_id)
        assert [each["person_id"] for each in read] == [ANNE, BO, ANNE]

    @pytest.mark.parametrize(
        "said",
        [
            {"cells": made(2).cells},
            {"items": ["respect", "candour"]},
            {"respondents": RENAMED, "subjects": RENAMED},
        ],
        ids=["answers", "statements", "names"],
    )
    async def test_a_change_shows_at_once_on_every_replica(
        self, installation: Installation, tenant: UUID, said: dict[str, object]
    ) -> None:
        state, replicas = team(), [scores(installation) for _ in range(2)]
        await installation.tell(told(tenant, state))
        before = {await sent(each, tenant, state) for each in replicas}
        await installation.tell(told(tenant, newer(state, **said)))
        after = {await sent(each, tenant, state) for each in replicas}
        assert (len(before), len(after)) == (1, 1)
        assert NOTHING not in before | after
        assert before != after
        assert after == {await sent(scores(installation), tenant, state)}

    async def test_control_who_does_not_ask_which_rows_there_are_sends_the_old(
        self, installation: Installation, tenant: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state, held = team(), scores(installation)
        await installation.tell(told(tenant, state))

        async def first(*_: object) -> tuple[object, ...]:
            return versions

        async with installation.database.transaction(tenant) as transaction:
            versions = await read_versions(transaction, state.case_id or state.id, "baseline")
        before = await sent(held, tenant, state)
        await installation.tell(told(tenant, newer(state, cells=made(2).cells)))
        with monkeypatch.context() as patch:
            patch.setattr(service, "read_versions", first)
            assert await sent(held, tenant, state) == before
        assert await sent(held, tenant, state) != before

    @pytest.mark.parametrize("way", ["erased", "opened again", "confidential", "erased from it"])
    async def test_what_may_not_be_seen_any_more_is_not(
        self, installation: Installation, tenant: UUID, way: str
    ) -> None:
        state, held = team(), scores(installation)
        await installation.tell(told(tenant, state))
        assert await sent(held, tenant, state) != NOTHING
        changes = {
            "erased": event(tenant, MEASUREMENT, state.id, 2),
            "opened again": told(tenant, newer(state, round_state=RoundState.OPEN)),
            "confidential": told(tenant, newer(state, visibility=Visibility.CONFIDENTIAL)),
            "erased from it": told(
                tenant, team(id=state.id, case_id=state.case_id, version=2, **without_anne())
            ),
        }
        await installation.tell(changes[way])
        assert await sent(held, tenant, state) == NOTHING

    async def test_who_comes_to_lead_the_case_sees_it_and_no_longer_afterwards(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state, held = team(), scores(installation)
        await installation.tell(told(tenant, state))
        shown = await sent(held, tenant, state)
        assert await sent(held, tenant, state, LEAD) == NOTHING
        await installation.tell_register(case(tenant, state, 1, LEAD))
        assert await sent(held, tenant, state, LEAD) == shown
        await installation.tell_register(case(tenant, state, 2))
        assert await sent(held, tenant, state, LEAD) == NOTHING
        assert await sent(held, tenant, state) == shown

    async def test_another_tenant_sees_nothing_of_what_is_kept(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state, held = team(), scores(installation)
        await installation.tell(told(tenant, state))
        assert await sent(held, tenant, state) != NOTHING
        assert await sent(held, uuid4(), state) == NOTHING

    async def test_an_instrument_beside_the_standard_one_is_not_taken_for_it(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state, held = team(3, instrument="house-form"), scores(installation)
        await installation.tell(told(tenant, state))
        own = await sent(held, tenant, state)
        await installation.tell(told(tenant, team(case_id=state.case_id)))
        await installation.tell(told(tenant, team(case_id=state.case_id, form=Form.OWN_LEADER)))
        standard = await sent(held, tenant, state)
        assert b"house-form/1" in own
        assert b"relational-capacity/1" in standard

    async def test_without_room_it_is_written_each_time(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state, held = team(), scores(installation, 100)
        await installation.tell(told(tenant, state))
        new = found("new")
        assert await sent(held, tenant, state) == await sent(held, tenant, state)
        assert found("new") == new + 2
