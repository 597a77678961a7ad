"""A built service: its health, its document, and nothing it was not told to have."""

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.app.openapi import complete_openapi
from tests.shared.conftest import Notes
from tests.shared.notes import NotesSettings, build


@pytest.fixture
def app(notes_settings: NotesSettings) -> FastAPI:
    """Build the notes."""
    return build(notes_settings)


async def test_health(notes: Notes) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = await notes.http.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "up"})


def test_every_route_is_in_plain_view(app: FastAPI) -> None:
    assert all(isinstance(route, APIRoute) for route in app.routes)
    assert {route.path for route in app.routes if isinstance(route, APIRoute)} >= {
        "/v1/notes/{note_id}",
        "/internal/changes",
        "/health/live",
    }


class TestDocument:
    """The OpenAPI document tells of errors and tokens, too."""

    def test_operations_are_named_by_their_verb_phrase(self, app: FastAPI) -> None:
        paths = complete_openapi(app)["paths"]
        assert paths["/v1/notes/{note_id}"]["put"]["operationId"] == "putNote"
        assert "/internal/changes" not in paths

    @pytest.mark.parametrize(
        ("path", "method", "refusals"),
        [
            ("/v1/notes", "get", {"400", "401", "403", "500", "503"}),
            (
                "/v1/notes/{note_id}",
                "put",
                {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "500", "503"},
            ),
            ("/health/live", "get", {"400", "500", "503"}),
        ],
    )
    def test_refusals_are_problems(self, app: FastAPI, path: str, method: str, refusals: set[str]) -> None:
        responses = complete_openapi(app)["paths"][path][method]["responses"]
        assert set(responses) - {"200", "201", "304"} == refusals
        for status in refusals:
            assert list(responses[status]["content"]) == ["application/problem+json"]

    def test_security_is_the_policy(self, app: FastAPI) -> None:
        paths = complete_openapi(app)["paths"]
        assert paths["/v1/notes"]["get"]["security"] == [{"bearer": []}]
        assert paths["/v1/callers/me"]["get"]["security"] == [{"bearer": ["notes:read"]}]
        assert paths["/health/live"]["get"]["security"] == []

    def test_nothing_of_fastapis_own_errors_is_left(self, app: FastAPI) -> None:
        assert "HTTPValidationError" not in str(complete_openapi(app))
        assert complete_openapi(app) is complete_openapi(app)
