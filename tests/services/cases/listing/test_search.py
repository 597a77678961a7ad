"""Searches: by citizen, reference and text, from a body only, and recorded where a citizen is named."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.listing.made import MadeRegister
from tests.support.databases import TestDatabase
from tests.support.municipality import ok
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

SEARCHES = "/v1/case-searches"


@pytest.fixture
def worker(stack: Stack, made: MadeRegister) -> CallerClient:
    """Give a caller who sees all cases."""
    return stack.caller("cases", made.tenant, Role.ADMINISTRATOR, subject="kirsten")


class TestSearchCases:
    async def test_a_search_for_a_citizen_is_recorded(
        self, made: MadeRegister, worker: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        case, nobody = made.cases[0], uuid4()
        before = await audited(databases["cases"], case.citizen)
        page = ok(await worker.post(SEARCHES, {"citizen": {"citizenId": str(case.citizen)}}))
        assert [item["id"] for item in page["items"]] == [str(case.id)]
        recorded = [*before, ("search", "citizen", "case-handling", "kirsten")]
        assert await audited(databases["cases"], case.citizen) == recorded
        ok(await worker.post(SEARCHES, {"citizen": {"citizenId": str(nobody)}}))
        assert len(await audited(databases["cases"], nobody)) == 1
        # The control: without a citizen nothing is recorded of one.
        ok(await worker.post(SEARCHES, {"text": case.respondent_label}))
        assert await audited(databases["cases"], case.citizen) == recorded

    @pytest.mark.parametrize("text", ["FORLØB 1", "ærø", "  Løb 11 ", "%", "_1", "ingen"])
    async def test_a_text_is_found_anywhere_in_any_case(
        self, made: MadeRegister, worker: CallerClient, text: str
    ) -> None:
        answer = await worker.post(SEARCHES, {"text": text, "pageSize": 200, "includeJoined": True})
        if len(text) < 2:
            refused(answer, 400, "malformed-request")
            return
        found = {item["id"] for item in ok(answer)["items"]}
        wanted = {
            str(case.id) for case in made.cases if text.strip().lower() in case.respondent_label.lower()
        }
        assert found == wanted

    async def test_a_reference_belongs_to_its_system(
        self, made: MadeRegister, worker: CallerClient
    ) -> None:
        case = next(each for each in made.cases if each.systems == {"sbsys"} and not each.joined_into_id)
        for system, found in (("sbsys", [str(case.id)]), ("fasit", [])):
            body = {"reference": {"system": system, "reference": f"sag-{case.id}"}}
            items = ok(await worker.post(SEARCHES, body))["items"]
            assert [item["id"] for item in items] == found

    async def test_pages_are_asked_for_in_the_body(self, made: MadeRegister, worker: CallerClient) -> None:
        search = {"text": "forløb", "pageSize": 50}
        first = await worker.post(SEARCHES, search)
        assert "link" not in first.headers  # nothing of a search belongs in an address
        cursor = ok(first)["nextCursor"]
        second = ok(await worker.post(SEARCHES, {**search, "cursor": cursor}))
        assert not {item["id"] for item in second["items"]} & {item["id"] for item in ok(first)["items"]}
        refused(await worker.post(SEARCHES, {"text": "løb", "cursor": cursor}), 400, "invalid-cursor")
        refused(await worker.post(f"{SEARCHES}?cursor={cursor}", search), 400, "unknown-query-parameter")

    @pytest.mark.parametrize(
        "body",
        [
            {"citizen": {}},
            {"citizen": {"citizenId": str(uuid4()), "cpr": "0101701234"}},
            {"citizen": {"cpr": "4513701234"}},
            {"reference": {"system": "sbsys"}},
            {"text": "x" * 101},
            {"pageSize": 0},
            {"pageSize": 201},
            {"name": "Jensen"},
        ],
    )
    async def test_what_is_refused(self, worker: CallerClient, body: dict[str, object]) -> None:
        answer = await worker.post(SEARCHES, body)
        refused(answer, 400, "malformed-request")
        assert "701234" not in answer.text
