"""Policies: every route has one, and it decides before anything else."""

from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from shared.access.policy import PolicyMissing, allow, policies_of, public
from shared.access.principal import Role
from shared.app.builder import build_app
from shared.app.routing import strict_router
from tests.shared.conftest import Notes
from tests.shared.notes import SERVICE, NotesSettings, description
from tests.support.keys import token


async def answer(request: Request) -> None:
    """Answer nothing."""


def built(settings: NotesSettings, router: APIRouter) -> FastAPI:
    """Build the notes with one more router."""
    return build_app(description(router), settings)


class TestDeclaring:
    """An application with a bare route does not start."""

    @pytest.mark.parametrize(
        ("policies", "starts"),
        [
            ([], False),
            ([public()], True),
            ([allow(Role.LEADER)], True),
            ([allow(Role.LEADER), public()], False),
            ([allow(Role.LEADER), allow(Role.ANALYST)], False),
            ([Depends(answer)], False),
        ],
        ids=["none", "public", "role", "role and public", "two roles", "something else"],
    )
    def test_exactly_one(self, notes_settings: NotesSettings, policies: list[Any], starts: bool) -> None:
        router = strict_router("more")
        router.add_api_route("/v1/more/{more_id}", answer, dependencies=policies)
        if starts:
            assert built(notes_settings, router)
        else:
            with pytest.raises(PolicyMissing, match=r"/v1/more/\{more_id\}"):
                built(notes_settings, router)

    @pytest.mark.parametrize("route", [Route("/v1/plain", answer), Mount("/v1/mounted", app=FastAPI())])
    def test_routes_that_can_have_none(self, notes_settings: NotesSettings, route: Route | Mount) -> None:
        router = strict_router("more")
        router.routes.append(route)
        with pytest.raises(PolicyMissing, match=route.path):
            built(notes_settings, router)

    def test_one_inside_a_dependency_counts(self, notes_settings: NotesSettings) -> None:
        async def inner(_: Annotated[None, allow(Role.LEADER)]) -> None:
            """Ask for a role."""

        router = strict_router("more")
        router.add_api_route("/v1/more", answer, dependencies=[Depends(inner)], name="get_more")
        app = built(notes_settings, router)
        (route,) = [each for each in app.routes if isinstance(each, APIRoute) and each.path == "/v1/more"]
        assert len(policies_of(route)) == 1


class TestDeciding:
    """Who may pass."""

    @pytest.mark.parametrize("role", Role)
    async def test_roles(self, notes: Notes, tenant: UUID, role: Role) -> None:
        expected = {Role.CASE_WORKER: 200, Role.SERVICE: 401}.get(role, 403)
        assert (await notes.caller(tenant, role).get("/v1/notes")).status_code == expected

    @pytest.mark.parametrize(
        ("scopes", "status"),
        [({"notes:read"}, 200), ({"notes:read", "x"}, 200), ({"notes"}, 403), (set(), 403)],
    )
    async def test_scopes(self, notes: Notes, tenant: UUID, scopes: set[str], status: int) -> None:
        caller = notes.caller(tenant, Role.LEADER, scopes=frozenset(scopes))
        assert (await caller.get("/v1/callers/me")).status_code == status

    async def test_a_caller_without_a_tenant(self, notes: Notes) -> None:
        headers = {"Authorization": f"Bearer {token(SERVICE, None, Role.CASE_WORKER)}"}
        assert (await notes.http.get("/v1/notes", headers=headers)).status_code == 403

    async def test_refusals_come_before_validation(self, notes: Notes, tenant: UUID) -> None:
        path = f"/v1/notes/{uuid4()}"
        assert (await notes.http.put(path, json={"wrong": 1})).status_code == 401
        leader = notes.caller(tenant, Role.LEADER)
        assert (await leader.put(path, {"wrong": 1})).status_code == 403

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "Bearer",
            "Bearer ",
            "{token}",
            "Basic {token}",
            "Bearer  {token}",
            "Bearer {token} x",
            "Bearer\t{token}",
        ],
    )
    async def test_malformed_headers(self, notes: Notes, tenant: UUID, header: str) -> None:
        value = header.format(token=token(SERVICE, tenant, Role.CASE_WORKER))
        answer = await notes.http.get(
            "/v1/notes", headers=[("Authorization", value.strip())] if value else []
        )
        assert answer.status_code == (200 if header == "bearer {token}" else 401)

    async def test_the_scheme_may_be_in_any_case(self, notes: Notes, tenant: UUID) -> None:
        bearer = token(SERVICE, tenant, Role.CASE_WORKER)
        for scheme in ("Bearer", "bearer", "BEARER"):
            answer = await notes.http.get("/v1/notes", headers={"Authorization": f"{scheme} {bearer}"})
            assert answer.status_code == 200

    async def test_two_headers_are_none(self, notes: Notes, tenant: UUID) -> None:
        bearer = f"Bearer {token(SERVICE, tenant, Role.CASE_WORKER)}"
        answer = await notes.http.get("/v1/notes", headers=[("Authorization", bearer)] * 2)
        assert answer.status_code == 401

    async def test_nothing_else_makes_a_caller(self, notes: Notes, tenant: UUID) -> None:
        forged = {"X-Tenant": str(tenant), "X-Forwarded-User": "root", "Cookie": "access_token=x"}
        assert (await notes.http.get("/v1/notes", headers=forged)).status_code == 401
