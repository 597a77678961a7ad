"""The documents' walks, call by call through the gateway: case systems, questionnaires, teams, leaders."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest

from deploy.local.callers import Callers
from deploy.local.house import Blueprint, House, prepare_databases
from deploy.local.postgres import EmbeddedPostgres
from tests.support.houses import free_first_port
from tests.support.leader_of_six import LEADER, answer_dashboard_waves, register_six
from tests.support.one_process import house_in_one_process
from tests.support.team_of_three import (
    answer_both_waves,
    answer_like_cases,
    register_three,
    until_available,
)
from tests.support.walks import Call, calls_in, walk

DOCUMENTS = Path(__file__).parents[2] / "docs"
SYSTEMS = ("kommunens-boernesystem", "jobcentrets-system")
SCOPES = " ".join(f"system:{system}" for system in SYSTEMS)


@dataclass(frozen=True, slots=True)
class Town:
    """A tenant in a running house, and tokens for it."""

    url: str
    callers: Callers

    def token(self, *roles: str, scopes: str = "") -> str:
        """Return a token of the tenant's own provider."""
        return self.callers.person_token(uuid4(), *roles, scope=scopes)

    def client(self, *roles: str, scopes: str = "") -> httpx2.AsyncClient:
        """Return a client with such a token."""
        token = self.token(*roles, scopes=scopes)
        return httpx2.AsyncClient(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60
        )


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, Blueprint]]:
    folder = tmp_path_factory.mktemp("walks")
    server = EmbeddedPostgres(folder / "postgres", options={"fsync": "off"})
    try:
        blueprint = Blueprint(folder, free_first_port())
        await asyncio.to_thread(prepare_databases, blueprint, server.start())
        async with house_in_one_process(blueprint, server.address) as house:
            yield house, blueprint
    finally:
        server.destroy()


@pytest.fixture
async def town(running: tuple[House, Blueprint]) -> Town:
    """Set a tenant up: what one document walks through is nothing to the other."""
    house, blueprint = running
    callers = Callers(house.url, uuid4(), blueprint.vault)
    await callers.set_up(house.operator_key, "Hedensted")
    return Town(house.url, callers)


def read(document: str) -> str:
    return (DOCUMENTS / document).read_text(encoding="utf-8")


def calls(document: str) -> list[Call]:
    return list(calls_in(read(document)))


@pytest.mark.parametrize(
    ("document", "least"),
    [
        ("case-systems.md", 11),
        ("questionnaires.md", 11),
        ("case-team.md", 10),
        ("leader-dashboard.md", 10),
    ],
)
def test_no_call_is_overlooked(document: str, least: int) -> None:
    assert read(document).count("```http") == len(calls(document)) >= least


class TestCaseSystems:
    async def test_every_call_is_answered_as_the_document_says(self, town: Town) -> None:
        walked = calls("case-systems.md")
        names: dict[str, str] = {}
        async with town.client("case-system", "administrator", scopes=SCOPES) as http:
            made = await walk(http, iter(walked[:-1]), names)
            people = (await http.get(f"/v1/cases/{names['caseId']}")).json()["participants"]
            names["anne"] = people[0]["professionalId"]
            colleagues = (await http.get("/v1/professionals")).json()["items"]
            names["jens"] = next(
                each["id"] for each in colleagues if each["professionalGroup"] == "Psykolog"
            )
            made += await walk(http, iter(walked[-1:]), names)
        assert made == len(walked)


class TestQuestionnaires:
    async def test_every_call_is_answered_as_the_document_says(self, town: Town) -> None:
        """The case system's token is the one that calls carry, if they name none."""
        today = datetime.now(UTC).replace(microsecond=0)
        names = {
            "administrator": town.token("administrator"),
            "dataSteward": town.token("data-steward"),
            "firstRound": str(uuid4()),
            "secondRound": str(uuid4()),
            "inThreeWeeks": _written(today + timedelta(weeks=3)),
            "inFourWeeks": _written(today + timedelta(weeks=4)),
        }
        walked = calls("questionnaires.md")
        async with town.client("case-system", scopes=SCOPES) as http:
            assert await walk(http, iter(walked), names) == len(walked)


class TestCaseTeam:
    async def test_every_call_is_answered_as_the_document_says(self, town: Town) -> None:
        """The organisation is that of the walks through questionnaires; five more cases answered once."""
        walked = calls("case-team.md")
        async with town.client("case-system", scopes=SCOPES) as http:
            await walk(
                http, iter(calls("questionnaires.md")[:1]), {"administrator": town.token("administrator")}
            )
            case = await register_three(http)
            persons = await answer_both_waves(http, case)
            names = {
                "caseId": case,
                "anne": town.callers.person_token(UUID(persons["Anne Holm"]), "professional"),
                "stranger": town.token("professional"),
                "analyst": town.token("analyst"),
            }
            async with town.client("administrator") as administrator:
                await answer_like_cases(http, administrator)
            await until_available(http, f"/v1/cases/{case}/matrix?wave=follow-up", names["anne"])
            await until_available(http, f"/v1/cases/{case}/standing?wave=baseline", names["anne"])
            assert await walk(http, iter(walked), names) == len(walked)


class TestLeaderDashboard:
    async def test_every_call_is_answered_as_the_document_says(self, town: Town) -> None:
        walked = calls("leader-dashboard.md")
        async with town.client("case-system", scopes=SCOPES) as http:
            cases = await register_six(http, town.token("administrator"))
            persons = await answer_dashboard_waves(http, cases)
            mette = town.callers.person_token(persons[LEADER], "leader")
            names = {
                "mette": mette,
                "staffCase": cases[1],
                "colleague": town.token("leader"),
                "employee": town.callers.person_token(persons["Sagsbehandler 1"], "professional"),
            }
            await until_available(http, "/v1/waves/follow-up/leadership-profile", mette)
            for case in cases:
                await until_available(http, f"/v1/cases/{case}/scores?wave=follow-up", mette)
            assert await walk(http, iter(walked), names) == len(walked)
            assert names["leadCase"] == cases[0]


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class TestControls:
    @pytest.mark.parametrize(
        ("status", "body"), [(201, {}), (200, {"level": "complex"}), (200, {"levels": "ordinary"})]
    )
    async def test_control_another_answer_is_noticed(self, status: int, body: dict[str, str]) -> None:
        said = Call("GET", "/v1/cases/1", "", 200, {"level": "ordinary"})
        with pytest.raises(AssertionError):
            await _walk_alone(said, httpx2.Response(status, json=body))

    @pytest.mark.parametrize(
        ("expected", "found"),
        [
            ([{"a": 1}, {"a": 1}], [{"a": 1}, {"a": 2}]),
            ([{"a": 1}], [{"a": 1}, {"a": 2}]),
            ({"link": "{page}#{token}"}, {"link": "https://svar.example/"}),
            ({"id": "{known}"}, {"id": "another"}),
            ({"id": "{new}", "same": "{new}"}, {"id": "one", "same": "other"}),
            ({"id": "{new}"}, {"id": None}),
        ],
    )
    async def test_control_other_lists_and_names_are_noticed(self, expected: object, found: object) -> None:
        said = Call("GET", "/v1/cases/1", "", 200, expected)
        with pytest.raises(AssertionError):
            await _walk_alone(said, httpx2.Response(200, json=found))

    async def test_lists_come_in_any_order_and_names_are_learnt(self) -> None:
        said = Call("GET", "/v1/cases/1", "", 200, [{"a": 1, "id": "{one}"}, {"link": "x#{two}"}])
        names = await _walk_alone(said, httpx2.Response(200, json=[{"link": "x#y"}, {"a": 1, "id": "z"}]))
        assert names == {"known": "this", "one": "z", "two": "y"}

    async def test_control_a_missing_line_is_noticed(self) -> None:
        said = Call("GET", "/svar", "", 200, "first\nsecond\n")
        assert await _walk_alone(said, httpx2.Response(200, text="the first, the second")) is not None
        with pytest.raises(AssertionError):
            await _walk_alone(said, httpx2.Response(200, text="the first"))

    async def test_news_is_waited_for_and_control_not_for_ever(self) -> None:
        said = Call("GET", "/v1/changes?after=&wait=20", "", 200, {"items": ["news"]})
        none = httpx2.Response(200, json={"items": [], "next": "1.2"})
        await _walk_alone(said, none, httpx2.Response(200, json={"items": ["news"]}))
        with pytest.raises(AssertionError):
            await _walk_alone(said, *[none] * 10)


async def _walk_alone(call: Call, *answers: httpx2.Response) -> dict[str, str]:
    """Make one call of somebody who answers so, one time after the other; return the names."""
    left = iter(answers)
    names = {"known": "this"}
    transport = httpx2.MockTransport(lambda _request: next(left))
    async with httpx2.AsyncClient(base_url="http://127.0.0.1", transport=transport) as http:
        await walk(http, iter([call]), names)
    return names
