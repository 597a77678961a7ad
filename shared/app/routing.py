"""Routes that are strict on top of FastAPI: about bodies, query keys and the form of an answer."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any

from fastapi import APIRouter, Request
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.responses import Response

from shared.app.media_type import media_type_for
from shared.app.openapi import camel_case_id
from shared.errors import UNKNOWN_QUERY, UNSUPPORTED_MEDIA_TYPE, FieldError, Problem


class StrictRoute(APIRoute):
    """An API route that refuses unknown query keys, bodies not JSON, and forms it does not come in."""

    @cached_property
    def body_names(self) -> frozenset[str]:
        """Return every name its body may have, at any depth; a refusal names these and no others."""
        names: set[str] = set()
        body: Any = self.body_field.field_info.annotation if self.body_field else None
        if body is not None:
            _collect_names(TypeAdapter(body).json_schema(), names)
        return frozenset(names)

    @cached_property
    def media_types(self) -> tuple[str, ...]:
        """Return the forms its success comes in, as its document says."""
        response_class = self.response_class
        if isinstance(response_class, DefaultPlaceholder):
            response_class = response_class.value
        declared = [
            each.get("content", {}) for status, each in self.responses.items() if str(status) < "300"
        ]
        named = [media_type for content in declared for media_type in content]
        if response_class.media_type is not None and self.status_code != 204:
            named.insert(0, response_class.media_type)
        return tuple(dict.fromkeys(named))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler in the three checks."""
        handle = super().get_route_handler()
        known = _query_names(self.dependant)
        takes_json = self.body_field is not None and not _takes_form(self.dependant)
        offered = self.media_types
        fitting = frozenset({"*/*", *offered})

        async def strict(request: Request) -> Response:
            unknown = [key for key in request.query_params if key not in known]
            if unknown:
                # The key is the caller's own text, so it is not repeated either.
                raise Problem(
                    UNKNOWN_QUERY,
                    [FieldError("#query", "unknown", "Known here: " + ", ".join(sorted(known)) + ".")],
                )
            if takes_json and not _is_json(request.headers.get("content-type", "")):
                raise Problem(UNSUPPORTED_MEDIA_TYPE, headers={"Accept": "application/json"})
            accepted = request.headers.getlist("accept")
            if accepted and offered and accepted[0] not in fitting:
                media_type_for(", ".join(accepted), offered)
            return await handle(request)

        return strict


def _collect_names(schema: object, names: set[str]) -> None:
    if isinstance(schema, list):
        for each in schema:
            _collect_names(each, names)
    if isinstance(schema, dict):
        for key in ("properties", "mapping"):
            names.update(schema.get(key) or ())
        for each in schema.values():
            _collect_names(each, names)


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _query_names(dependant: Dependant) -> frozenset[str]:
    names = {field.alias for field in dependant.query_params}
    for inner in dependant.dependencies:
        names |= _query_names(inner)
    return frozenset(names)


def _takes_form(dependant: Dependant) -> bool:
    return any(isinstance(field.field_info, Form) for field in dependant.body_params)


def strict_router(tag: str, **options: Any) -> APIRouter:
    """Make a router whose routes are strict; `tag` groups them in the documentation."""
    return APIRouter(
        route_class=StrictRoute,
        tags=[tag],
        redirect_slashes=False,
        generate_unique_id_function=camel_case_id,
        **options,
    )
