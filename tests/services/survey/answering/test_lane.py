"""The swift way takes nothing that the declared one refuses, and refuses nothing by itself."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.types import Message, Receive, Scope, Send

from services.survey.answering.asked import AskedForm
from services.survey.answering.cells import Questions
from services.survey.answering.lane import SwiftLane
from services.survey.answering.plain import plain_cells
from services.survey.answering.schemas import SubmitResponse
from services.survey.answering.sheet import lay_out_for_good
from services.survey.answering.texts import OpenQuestions
from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.instruments.definition import load_catalogue
from shared.errors import UNAVAILABLE, Problem
from tests.services.survey.answering.measured import network_of
from tests.services.survey.conftest import Team
from tests.support.municipality import ratings
from tests.support.refusals import refused

SUBJECTS = [UUID(int=number) for number in (1, 2)]
INSTRUMENT = load_catalogue()["relational-capacity", 1]
ASKED = AskedForm(
    may_share=False,
    id=UUID(int=9),
    invitation=UUID(int=8),
    measurement=UUID(int=7),
    instrument=INSTRUMENT,
    questions=Questions(
        subjects={subject: place + 1 for place, subject in enumerate(SUBJECTS)},
        width=3,
        items={item: place for place, item in enumerate(INSTRUMENT.item_ids)},
        scale=range(1, 6),
        may_not_work_with=True,
    ),
    texts=OpenQuestions({}, SUBJECTS),
    places={str(subject): place + 1 for place, subject in enumerate(SUBJECTS)},
)
_odd: Any = st.sampled_from([None, True, False, 0, 1, 4.0, "4", "", [], {}, 6, "dont-know", "self", "xx"])
_item = st.sampled_from(INSTRUMENT.item_ids)
_answer = st.fixed_dictionaries(
    {"itemId": _item | _odd, "value": st.integers(1, 5) | st.just("dont-know") | _odd},
    optional={"more": _odd},
)
_plain_answer = st.fixed_dictionaries({"itemId": _item, "value": st.integers(1, 5) | st.just("dont-know")})
_subject = st.sampled_from([*map(str, SUBJECTS), str(UUID(int=3)), SUBJECTS[0].hex])
_rating = st.fixed_dictionaries(
    {"subjectId": _subject | _odd, "answers": st.lists(_plain_answer | _answer, max_size=4) | _odd},
    optional={"doesNotWorkWith": _odd, "more": _odd},
)
_plain_rating = st.fixed_dictionaries(
    {"subjectId": _subject, "answers": st.lists(_plain_answer, max_size=3)},
    optional={"doesNotWorkWith": st.just(False)},
)
_body = st.fixed_dictionaries(
    {"formId": st.just(str(ASKED.id)), "ratings": st.lists(_plain_rating | _rating, max_size=3) | _odd},
    optional={
        "shareWithTeam": _odd,
        "language": st.just("da") | _odd,
        "answeredBy": _odd,
        "texts": _odd,
        "more": _odd,
    },
)


class TestPlainCells:
    @given(body=_body)
    def test_what_is_plain_is_laid_out_as_declared(self, body: dict[str, Any]) -> None:
        cells = plain_cells(ASKED, orjson.loads(json.dumps(body)))
        if cells is None:
            return
        wanted = SubmitResponse.model_validate(json.loads(json.dumps(body)))
        sheet = lay_out_for_good(ASKED, wanted)
        assert (sheet.cells, sheet.texts, sheet.errors) == (cells, [], ())
        assert (wanted.share_with_team, wanted.answered_by) == (False, "self")
        assert wanted.language == body.get("language")

    def test_the_usual_submission_is_plain(self) -> None:
        answers = [{"itemId": item, "value": 4} for item in INSTRUMENT.item_ids]
        rating = {"subjectId": str(SUBJECTS[1]), "doesNotWorkWith": False, "answers": answers}
        body = {"ratings": [rating], "texts": [], "shareWithTeam": False, "language": "en"}
        assert plain_cells(ASKED, {**body, "answeredBy": "self"}) == bytes([0] * 12 + [4] * 6)

    def test_a_form_with_required_statements_is_not(self) -> None:
        required = replace(ASKED.questions, required=frozenset(INSTRUMENT.item_ids[:1]))
        answers = [{"itemId": item, "value": 4} for item in INSTRUMENT.item_ids]
        body = {"ratings": [{"subjectId": str(SUBJECTS[1]), "answers": answers}]}
        assert plain_cells(ASKED, body) == bytes([0] * 12 + [4] * 6)
        assert plain_cells(replace(ASKED, questions=required), body) is None


@pytest.mark.parametrize(
    ("headers", "change", "status", "code"),
    [
        ({"Idempotency-Key": ""}, {}, 400, "malformed-request"),
        ({"Idempotency-Key": "short"}, {}, 400, "malformed-request"),
        ({"Idempotency-Key": "æøåæøåæøå".encode()}, {}, 400, "malformed-request"),
        ({"Content-Type": "text/plain"}, {}, 415, "unsupported-media-type"),
        ({}, {"unknown": 1}, 400, "malformed-request"),
        ({}, {"ratings": None, "formId": "x"}, 400, "malformed-request"),
        ({"Authorization": "Bearer rt_x"}, {}, 401, "unauthenticated"),
        ({"Authorization": "Bearer rt_x"}, {"unknown": 1}, 401, "unauthenticated"),
    ],
)
async def test_refusals_are_the_declared_ones(
    team: Team, headers: dict[str, Any], change: dict[str, Any], status: int, code: str
) -> None:
    anne, form = await network_of(team)
    body = {"formId": form["id"], "ratings": ratings(form, 4), **change}
    sent = {
        "Authorization": f"Bearer {anne.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": uuid4().hex,
        **headers,
    }
    answer = await anne.http.post("/v1/response", content=json.dumps(body), headers=sent)
    refused(answer, status, code)


async def test_a_query_is_refused_and_another_json_type_is_not(team: Team) -> None:
    anne, form = await network_of(team)
    body = json.dumps({"formId": form["id"], "ratings": ratings(form, 4)})
    key = {"Authorization": f"Bearer {anne.token}", "Idempotency-Key": uuid4().hex}
    typed = {**key, "Content-Type": "application/json; charset=utf-8"}
    refused(
        await anne.http.post("/v1/response?x=1", content=body, headers=typed),
        400,
        "unknown-query-parameter",
    )
    taken = await anne.http.post("/v1/response", content=body, headers=typed)
    swiftly = await anne.http.post(
        "/v1/response", content=body, headers={**key, "Content-Type": "application/json"}
    )
    assert (taken.status_code, swiftly.status_code) == (201, 201)
    assert taken.json() == swiftly.json()
    sent = {name: value for name, value in taken.headers.items() if name not in {"date", "x-request-id"}}
    assert sent == {name: swiftly.headers[name] for name in swiftly.headers if name in sent}


async def test_a_body_too_large_is_refused_as_declared(team: Team) -> None:
    anne, _ = await network_of(team)
    body = {"formId": str(uuid4()), "ratings": [], "texts": [{"questionId": "x", "body": "y" * 1_100_000}]}
    refused(await anne.post("/v1/response", body, key=uuid4().hex), 413, "body-too-large")


async def test_every_mistake_is_named_at_once(team: Team) -> None:
    anne, _ = await network_of(team)
    body = {"formId": "x", "ratings": [{"subjectId": "y", "z": 1}], "w": 1}
    answer = await anne.post("/v1/response", body, key=uuid4().hex)
    assert sorted(refused(answer, 400, "malformed-request")) == [
        ("/", "extra-forbidden"),
        ("/formId", "uuid-parsing"),
        ("/ratings/0", "extra-forbidden"),
        ("/ratings/0/subjectId", "uuid-parsing"),
    ]


class _Dying:
    """Hands nothing in: the database dies meanwhile, or something else goes wrong."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def submit_plain(self, *_: object) -> None:
        raise self._error


async def _sent_through_a_lane(error: Exception) -> list[bytes]:
    """Send a plain submission through a lane of its own; return the bodies the declared way was given."""
    tokens, given = RespondentTokens(b"k" * 32), []

    async def declared(scope: Scope, receive: Receive, send: Send) -> None:
        given.append((await receive())["body"])

    state = SimpleNamespace(
        respondent_tokens=tokens,
        settings=SimpleNamespace(fingerprint_key=SecretStr("f" * 32)),
        submitting=_Dying(error),
    )
    route = SimpleNamespace(path="/v1/response", methods={"POST"}, name="submit_response")
    token = tokens.write(RespondentToken(uuid4(), uuid4(), 1)).encode()
    scope = {
        "type": "http",
        "path": "/v1/response",
        "method": "POST",
        "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer " + token),
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"a-key-of-its-own"),
        ],
        "app": SimpleNamespace(state=state, routes=[route]),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(_: Message) -> None:
        raise AssertionError("the lane answers nothing but a 201")

    await SwiftLane(declared)(scope, receive, send)
    return given


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("cannot switch to state"),
        asyncpg.ConnectionDoesNotExistError("gone"),
        OSError("reset"),
        Problem(UNAVAILABLE),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_a_dying_database_raises_is_answered_the_declared_way(error: Exception) -> None:
    assert await _sent_through_a_lane(error) == [b"{}"]


async def test_control_what_nobody_foresaw_is_not_hidden() -> None:
    with pytest.raises(LookupError):
        await _sent_through_a_lane(LookupError("a fault of ours"))
