"""Merging keeps one meaning for one name, and refuses two owners of one thing."""

from typing import Any

import pytest

from services.gateway.openapi.merging import Document, DocumentsClash, merge, operations_of


def document(path: str, name: str, schemas: dict[str, Any], **operation: Any) -> Document:
    """Describe a service with one operation that answers with the schema `Thing`."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    get = {
        "operationId": name,
        "tags": [name],
        "security": [{"bearer": ["read"]}],
        "responses": {"200": {"description": "OK", "content": content}},
        **operation,
    }
    return {
        "info": {"version": "1.0.0"},
        "paths": {path: {"get": get}},
        "components": {"schemas": schemas},
    }


OF_FORWARDING = {"408", "413", "502", "504"}
SAME = {"Thing": {"$ref": "#/components/schemas/Part"}, "Part": {"type": "string"}}
OTHER_PART = {"Thing": {"$ref": "#/components/schemas/Part"}, "Part": {"type": "integer"}}


def refers_to(merged: Document, path: str) -> str:
    answer = merged["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    reference: str = answer["schema"]["$ref"]
    return reference.rpartition("/")[2]


class TestMerge:
    def test_keeps_one_of_equal_schemas(self) -> None:
        merged = merge({"cases": document("/v1/a", "a", SAME), "survey": document("/v1/b", "b", SAME)})
        assert set(merged["components"]["schemas"]) == {"Thing", "Part", "Problem", "FieldError"}

    def test_renames_what_means_something_else_and_what_leads_to_it(self) -> None:
        documents = {"cases": document("/v1/a", "a", SAME), "survey": document("/v1/b", "b", OTHER_PART)}
        merged = merge(documents)
        assert (refers_to(merged, "/v1/a"), refers_to(merged, "/v1/b")) == ("Thing", "SurveyThing")
        schemas = merged["components"]["schemas"]
        assert schemas["SurveyThing"] == {"$ref": "#/components/schemas/SurveyPart"}
        assert (schemas["Part"]["type"], schemas["SurveyPart"]["type"]) == ("string", "integer")
        assert documents["survey"]["components"]["schemas"] == OTHER_PART

    def test_says_what_comes_with_every_answer(self) -> None:
        own = {"description": "OK", "headers": {"ETag": {"schema": {"type": "string"}}}}
        merged = merge(
            {
                "cases": document("/v1/a", "a", {}, responses={"200": own}),
                "gateway": document("/b", "b", SAME),
            }
        )
        for path, statuses in (("/v1/a", {"200", "429", *OF_FORWARDING}), ("/b", {"200"})):
            answers = merged["paths"][path]["get"]["responses"]
            assert set(answers) == statuses
            for answer in answers.values():
                assert {"X-Request-Id", "API-Version"} <= set(answer["headers"])
        assert "ETag" in merged["paths"]["/v1/a"]["get"]["responses"]["200"]["headers"]
        named = {"X-Request-Id", "API-Version", "RateLimit", "RateLimit-Policy", "ETag"}
        assert set(merged["components"]["headers"]) == named
        assert set(own["headers"]) == {"ETag"}

    def test_names_owners_and_where_tokens_come_from(self) -> None:
        merged = merge({"cases": document("/v1/a", "a", SAME)})
        operation = merged["paths"]["/v1/a"]["get"]
        assert operation["x-samspil-service"] == "cases"
        assert operation["security"] == [{"bearer": []}, {"clientCredentials": ["read"]}]
        flow = merged["components"]["securitySchemes"]["clientCredentials"]["flows"]["clientCredentials"]
        assert flow == {"tokenUrl": "/oauth2/token", "scopes": {"read": "read"}}

    def test_respondents_paths_take_their_token_only(self) -> None:
        merged = merge({"survey": document("/v1/response", "a", SAME)})
        assert merged["paths"]["/v1/response"]["get"]["security"] == [{"respondent": []}]

    def test_what_is_passed_on_can_fail_in_between(self) -> None:
        documents = {"cases": document("/v1/a", "a", SAME), "gateway": document("/v1/b", "b", SAME)}
        merged = merge(documents)
        assert set(merged["paths"]["/v1/a"]["get"]["responses"]) == {"200", "429", *OF_FORWARDING}
        assert set(merged["paths"]["/v1/b"]["get"]["responses"]) == {"200"}

    def test_public_stays_public(self) -> None:
        merged = merge({"cases": document("/v1/a", "a", SAME, security=[])})
        assert merged["paths"]["/v1/a"]["get"]["security"] == []

    def test_leaves_out_what_is_not_for_outside_and_what_nothing_leads_to(self) -> None:
        documents = {
            "cases": document("/health/live", "getLiveness", SAME),
            "survey": document("/internal/x", "x", SAME),
            "gateway": document("/health/live", "getLiveness", {**SAME, "Unused": {}}),
        }
        merged = merge(documents)
        assert [path for path, _, _ in operations_of(merged["paths"])] == ["/health/live"]
        assert "Unused" not in merged["components"]["schemas"]

    @pytest.mark.parametrize("path", ["/v1/a/{x}", "/v1/a/{y}"])
    def test_refuses_two_owners_of_a_path(self, path: str) -> None:
        with pytest.raises(DocumentsClash, match="path"):
            merge({"cases": document("/v1/a/{x}", "a", SAME), "survey": document(path, "b", SAME)})

    def test_refuses_two_operations_of_one_name(self) -> None:
        with pytest.raises(DocumentsClash, match="name"):
            merge({"cases": document("/v1/a", "a", SAME), "survey": document("/v1/b", "a", SAME)})
