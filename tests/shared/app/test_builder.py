"""A built service: its health, its document, and nothing it was not told to have."""

from collections.abc import Iterator

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
            ("/v1/notes", "get", {"400", "401", "403", "406", "429", "431", "500", "503"}),
            (
                "/v1/notes/{note_id}",
                "put",
                {
                    *("400", "401", "403", "404", "406", "408", "409", "412", "413", "415", "422"),
                    *("428", "429", "431", "500", "503"),
                },
            ),
            ("/health/live", "get", {"400", "406", "431", "500", "503"}),
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

    def test_it_stands_alone(self, app: FastAPI) -> None:
        document = complete_openapi(app)
        assert {"bearer"} <= set(document["components"]["securitySchemes"])
        assert document["servers"][0]["x-internal"] is True
        assert "notes" in [tag["name"] for tag in document["tags"]]
        assert {"contact", "license"} <= set(document["info"])

    def test_a_refusal_says_what_to_do_where_there_is_something_to_do(self, app: FastAPI) -> None:
        responses = complete_openapi(app)["paths"]["/v1/notes"]["get"]["responses"]
        limits = {"RateLimit", "RateLimit-Policy"}
        named = {status: set(each.get("headers", ())) for status, each in responses.items()}
        assert {status: names - limits for status, names in named.items() if names - limits} == {
            "200": {"ETag"},
            "304": {"ETag"},
            "401": {"WWW-Authenticate"},
            "429": {"Retry-After"},
            "503": {"Retry-After"},
        }

    def test_limits_are_declared_where_callers_are_counted_and_nowhere_else(self, app: FastAPI) -> None:
        document = complete_openapi(app)
        limits = {"RateLimit", "RateLimit-Policy"}
        assert set(document["components"]["headers"]) == {*limits, "ETag"}
        responses = document["paths"]["/v1/notes"]["get"]["responses"]
        declaring = {status for status, each in responses.items() if limits <= set(each.get("headers", ()))}
        assert declaring == {status for status in responses if status < "500"}
        public = document["paths"]["/health/live"]["get"]["responses"]
        assert all(limits.isdisjoint(each.get("headers", ())) for each in public.values())

    def test_parameters_are_never_null_and_everything_has_a_size(self, app: FastAPI) -> None:
        parameters = complete_openapi(app)["paths"]["/v1/notes"]["get"]["parameters"]
        schemas = {each["name"]: each["schema"] for each in parameters}
        assert schemas["cursor"]["type"] == "string"
        assert schemas["cursor"]["maxLength"] == 64
        assert schemas["pageSize"]["format"] == "int32"
        put = complete_openapi(app)["paths"]["/v1/notes/{note_id}"]["put"]
        (note_id,) = [each for each in put["parameters"] if each["in"] == "path"]
        assert note_id["schema"]["maxLength"] == 36
        assert note_id["example"].startswith("0199c0de-")

    def test_bounds_of_whole_numbers_are_written_exactly(self, app: FastAPI) -> None:
        bounds = list(_bounds_of_integers(complete_openapi(app)))
        assert {type(each) for each in bounds} == {int}
        assert max(bounds) == 2**63 - 1

    def test_a_key_is_needed_where_one_is_taken(self, app: FastAPI) -> None:
        posted = complete_openapi(app)["paths"]["/v1/notes"]["post"]
        assert {each["name"]: each["required"] for each in posted["parameters"]} == {
            "Idempotency-Key": True
        }

    def test_every_body_has_an_example(self, app: FastAPI) -> None:
        put = complete_openapi(app)["paths"]["/v1/notes/{note_id}"]["put"]
        for body in (put["requestBody"], put["responses"]["200"]):
            assert "example" in body["content"]["application/json"]

    def test_nothing_of_fastapis_own_errors_is_left(self, app: FastAPI) -> None:
        assert "HTTPValidationError" not in str(complete_openapi(app))
        assert complete_openapi(app) is complete_openapi(app)


def _bounds_of_integers(part: object) -> Iterator[float]:
    """Yield every bound of every whole number in a document."""
    if isinstance(part, list):
        for each in part:
            yield from _bounds_of_integers(each)
    if isinstance(part, dict):
        if part.get("type") == "integer":
            yield from (part[name] for name in ("minimum", "maximum") if name in part)
        for each in part.values():
            yield from _bounds_of_integers(each)
