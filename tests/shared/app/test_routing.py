"""A route answers in a form that is accepted, or refuses."""

from uuid import UUID

import pytest

from tests.shared.conftest import Notes


@pytest.mark.parametrize(
    ("accepted", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("text/html, application/*;q=0.1", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
    ],
)
async def test_forms_of_an_answer(notes: Notes, tenant: UUID, accepted: str, status: int) -> None:
    answer = await notes.caller(tenant).get("/v1/notes", headers={"Accept": accepted})
    assert answer.status_code == status
    if status == 406:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"] == "not-acceptable"
        assert problem["detail"] == "It comes as application/json."
        assert "Accept" in answer.headers["vary"].split(", ")
