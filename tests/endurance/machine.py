"""Random sequences of deeds, done to the real survey and to the model alike; they must never differ."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED
from tests.endurance.house import FAR, FARTHER, QUESTION, House, Scene, cells_of, items_of
from tests.endurance.model import Questionnaire
from tests.endurance.pieces import (
    APART,
    CITIZEN,
    NO_SUCH_VALUE,
    OK,
    PEOPLE,
    UNSURE,
    Content,
    Kind,
    Time,
)

WHO = st.sampled_from((*PEOPLE, CITIZEN))
PERSON = st.sampled_from(PEOPLE)
SOMEBODY = st.sampled_from((*PEOPLE[:3], *PEOPLE[:2], PEOPLE[3], CITIZEN))
KIND = st.sampled_from((Kind.NETWORK, Kind.NETWORK, Kind.TOGETHER))
VALUE = st.sampled_from(("4", "1", "5", "2", "3", UNSURE, "5", APART, "4", NO_SUCH_VALUE))
OFFSET = st.sampled_from((0, 0, 0, 0, -1, 1))
ODDLY = st.integers(0, 9).map(lambda chance: chance == 9)
SELDOM = st.integers(0, 2).map(lambda chance: chance == 2)


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes in which form, what, and how oddly."""

    who: str
    kind: Kind
    value: str
    oddly: bool
    fewer: bool
    share: bool
    offset: int


def _pen(who: str, kind: Kind, value: str, **more: Any) -> Pen:
    is_citizen = who == CITIZEN
    share = more.pop("at_odds") or (is_citizen and more["fewer"])
    return Pen(who, Kind.CITIZEN if is_citizen else kind, value, share=share, **more)


WAY = st.sampled_from(("save", "submit", "correct", "save"))
PEN = st.builds(
    _pen,
    who=SOMEBODY,
    kind=KIND,
    value=VALUE,
    oddly=ODDLY,
    fewer=st.booleans(),
    at_odds=ODDLY,
    offset=OFFSET,
)

DEEDS = st.lists(st.tuples(WAY, PEN, ODDLY), min_size=1, max_size=4)


class SurveyMachine(RuleBasedStateMachine):
    """One round; each rule is one deed, and the answer must be the model's."""

    house: ClassVar[House]
    questionnaire: ClassVar[type[Questionnaire]] = Questionnaire

    @initialize(has_deadline=st.booleans(), begun=DEEDS)
    def open(self, has_deadline: bool, begun: list[tuple[str, Pen, bool]]) -> None:
        self.model = self.questionnaire(Time.FUTURE if has_deadline else None)
        self.scene = Scene(self.house)
        self.keys = 0
        self._assemble()
        self.scene.open(FAR if has_deadline else None)
        self.write(begun)

    # What respondents do.

    @rule(who=SOMEBODY)
    def read(self, who: str) -> None:
        expected = self.model.read(who)
        answer = self.scene.answer(who, "GET", "/v1/response")
        self._agree(answer, expected)
        if expected == OK:
            self._compare_view(who, answer.json())

    @rule(deeds=DEEDS)
    def write(self, deeds: list[tuple[str, Pen, bool]]) -> None:
        for way, pen, again in deeds:
            if way == "save":
                self._save(pen)
            else:
                self._submit_or_correct(pen, again, corrects=way == "correct")

    def _save(self, pen: Pen) -> None:
        content = self._content(pen)
        form = self.model.form(pen.who, pen.kind)
        revision = max(0, (form.revision if form else 0) + pen.offset)
        body = {**self._body(pen.who, pen.kind, content), "revision": revision}
        body.pop("shareWithTeam")
        expected = self.model.save(pen.who, pen.kind, content, revision)
        self._agree(self.scene.answer(pen.who, "PUT", "/v1/response/draft", body), expected)

    def _submit_or_correct(self, pen: Pen, again: bool, *, corrects: bool) -> None:
        form = self.model.form(pen.who, pen.kind)
        newest = len(form.versions) if form else 0
        based_on = max(0, newest + pen.offset) if corrects else 0
        self._hand_in(pen.who, pen.kind, self._content(pen), self._key(again), based_on)

    @rule(choice=st.integers(0, 30))
    def send_again(self, choice: int) -> None:
        made = list(self.model.made.items())
        if made:
            (_, _, key), what = made[choice % len(made)]
            self._hand_in(what.who, what.kind, what.content, key, what.based_on)

    @rule(who=SOMEBODY)
    def decline(self, who: str) -> None:
        self._agree(self.scene.answer(who, "PUT", "/v1/response/declination", {}), self.model.decline(who))

    # What others do.

    @rule(who=SOMEBODY, surely=SELDOM, oneself=st.booleans())
    def withdraw(self, who: str, surely: bool, oneself: bool) -> None:
        if surely and oneself:
            answer = self.scene.answer(who, "PUT", "/v1/response/withdrawal", {})
            self._agree(answer, self.model.withdraw(who))
        elif surely:
            path = f"/v1/invitations/{self.scene.invitation(who)}/withdrawal"
            answer = self.scene.call("PUT", path, {"purpose": "withdrawn-consent"})
            self._agree(answer, self.model.withdraw_for(who))

    @rule(who=SOMEBODY, sends=st.sampled_from((True, False, True)))
    def revoke(self, who: str, sends: bool) -> None:
        path = f"/v1/invitations/{self.scene.invitation(who)}/revocation"
        self._agree(self.scene.call("POST", path, {}), self.model.revoke(who))
        if sends:
            self._agree(self.scene.take_link(who), self.model.send_link(who))

    @rule(who=SOMEBODY, what=st.sampled_from(("extend", "shorten", "pass", "pass-own", "look", "look")))
    def let_time_pass(self, who: str, what: str) -> None:
        if what in {"extend", "shorten"}:
            self._extend(who, longer=what == "extend")
        elif what == "look":
            self.model.look_at_clock()
            self.house.run(self.house.clock.work_round())
        else:
            self._pass_deadline(None if what == "pass" else who)

    def _extend(self, who: str, *, longer: bool) -> None:
        path = f"/v1/invitations/{self.scene.invitation(who)}/extension"
        expected = self.model.extend(who, Time.FUTURE if longer else None)
        self._agree(self.scene.call("PUT", path, {"answerUntil": FARTHER if longer else None}), expected)

    def _pass_deadline(self, who: str | None) -> None:
        self.model.pass_deadline(who)
        if who is None:
            statement = "UPDATE survey_round SET closes_at = now() - interval '1 hour' WHERE id = $1"
            self.scene.execute(f"{statement} AND closes_at IS NOT NULL", self.scene.round_id)
        else:
            statement = "UPDATE invitation SET answer_until = now() - interval '1 minute' WHERE id = $1"
            invitation = UUID(self.scene.invitation(who))
            self.scene.execute(f"{statement} AND answer_until IS NOT NULL", invitation)

    @rule(who=PERSON, joins=st.booleans())
    def move(self, who: str, joins: bool) -> None:
        expected = self.model.join(who) if joins else self.model.leave(who)
        self._assemble()
        path, self.keys = f"/v1/rounds/{self.scene.round_id}/roster-updates", self.keys + 1
        body = {"purpose": "Ny i forløbet"}
        answer = self.scene.call("POST", path, body, Idempotency_Key=f"moving-{self.keys:06}")
        self._agree(answer, expected)
        for each in self.scene.look_up():
            self.scene.hold_first_link(each)

    @rule(who=WHO, surely=SELDOM)
    def erase(self, who: str, surely: bool) -> None:
        if surely:
            self.model.erase(who)
            self._assemble()
            self.scene.erase(who)

    @rule(surely=SELDOM)
    def close(self, surely: bool) -> None:
        if surely:
            path = f"/v1/rounds/{self.scene.round_id}/closure"
            self._agree(self.scene.call("PUT", path, {}), self.model.close())

    @rule(surely=SELDOM)
    def restart(self, surely: bool) -> None:
        if surely:
            self.house.restart()

    def teardown(self) -> None:
        """Look at everything, whatever has been done."""
        if hasattr(self, "model"):
            self._look_at_everything()
            for who in self.model.invitations:
                self.read(who)

    # How they are compared.

    def _look_at_everything(self) -> None:
        found = self.scene.look_up()
        assert {who: each["state"] for who, each in found.items()} == {
            who: self.model.state(who) for who in self.model.invitations
        }
        self._compare_cubes()

    def _hand_in(self, who: str, kind: Kind, content: Content, key: str, based_on: int) -> None:
        body = self._body(who, kind, content)
        path = "/v1/response"
        if based_on:
            path, body["basedOn"] = f"{path}/corrections", based_on
        expected = self.model.submit(who, kind, content, key, based_on)
        answer = self.scene.answer(who, "POST", path, body, Idempotency_Key=key)
        self._agree(answer, expected)
        if expected == OK:
            assert (answer.status_code, answer.json()["version"]) == (201, based_on + 1)

    def _key(self, again: bool) -> str:
        """Return a key that is new, or was the last."""
        self.keys += not again or not self.keys
        return f"handing-{self.keys:06}"

    def _assemble(self) -> None:
        self.scene.assemble(self.model.present, citizen=self.model.has_citizen)

    def _agree(self, answer: Any, expected: str) -> None:
        found = OK if answer.is_success else answer.json()["code"]
        assert found == expected, f"{answer.request.method} {answer.request.url.path}: {answer.text}"

    def _content(self, pen: Pen) -> Content:
        """Return an answer about those who are asked about, or oddly about others."""
        asked = [*PEOPLE] if pen.oddly else self.model.asks(pen.who, pen.kind)
        words = f"Vi ringer {pen.value}" if pen.kind is Kind.TOGETHER or (pen.oddly and pen.fewer) else ""
        marks = dict.fromkeys(asked[1:] if pen.fewer else asked, pen.value)
        return Content(marks, words, pen.share)

    def _body(self, who: str, kind: Kind, content: Content) -> dict[str, Any]:
        texts = [{"questionId": QUESTION, "subjectId": None, "body": content.words, "mayQuote": True}]
        return {
            "formId": str(self.scene.form_id(who, kind)),
            "ratings": [self._rating(kind, *mark) for mark in content.marks.items()],
            "texts": texts if content.words else [],
            "shareWithTeam": content.share,
        }

    def _rating(self, kind: Kind, subject: str, value: str) -> dict[str, Any]:
        rating: dict[str, Any] = {"subjectId": self.scene.subject(subject)}
        if value == APART:
            return {**rating, "doesNotWorkWith": True, "answers": []}
        answer = value if value == UNSURE else int(value)
        answers = [{"itemId": item, "value": answer} for item in items_of(kind)]
        return {**rating, "doesNotWorkWith": False, "answers": answers}

    def _compare_view(self, who: str, view: dict[str, Any]) -> None:
        assert view["invitationState"] == self.model.state(who)
        assert view["state"] == ("open" if self.model.is_open else "closed")
        seen = {form["form"]: form for form in view["forms"]}
        assert seen.keys() == {kind for kind in Kind if self.model.form(who, kind) is not None}
        for kind in map(Kind, seen):
            self._compare_form(who, kind, seen[kind])

    def _compare_form(self, who: str, kind: Kind, seen: dict[str, Any]) -> None:
        form = self.model.form(who, kind)
        assert form is not None
        asked = self.model.asks(who, kind)
        assert [each["id"] for each in seen["subjects"]] == [self.scene.subject(each) for each in asked]
        assert seen["version"] == len(form.versions)
        draft = self._written(kind, form.draft)
        assert (seen["draft"] and {"revision": seen["draft"]["revision"], **_written(seen["draft"])}) == (
            draft and {"revision": form.revision, **draft}
        )
        shown = form.versions and self.model.is_answerable(who)
        newest = form.versions[-1].about(asked) if shown else None
        assert (seen["answers"] and _written(seen["answers"])) == self._written(kind, newest)

    def _written(self, kind: Kind, content: Content | None) -> dict[str, Any] | None:
        if content is None:
            return None
        ratings = [self._rating(kind, *mark) for mark in content.marks.items()]
        return {"ratings": ratings, "words": [content.words] if content.words else []}

    def _compare_cubes(self) -> None:
        told = self.scene.told()
        assert told.keys() == self.model.measurements.keys()
        for kind, measured in self.model.measurements.items():
            state = told[kind]
            names = self.scene.names
            assert [names[UUID(each["id"])] for each in state["respondents"]] == measured.respondents
            assert [names[UUID(each["id"])] for each in state["subjects"]] == measured.subjects
            assert state["roundState"] == ("open" if self.model.is_open else "closed")
            asked = [
                each in measured.asks[who] for who in measured.respondents for each in measured.subjects
            ]
            assert b64decode(state["asked"]) == bytes(asked)
            newest = [
                form.versions[-1] if (form := measured.forms.get(who)) and form.versions else None
                for who in measured.respondents
            ]
            assert state["submitted"] == [each is not None for each in newest]
            assert state["sharedWithTeam"] == [each is not None and each.share for each in newest]
            assert cells_of(state) == [self._row(kind, each, measured.subjects) for each in newest]

    def _row(self, kind: Kind, content: Content | None, subjects: list[str]) -> bytes:
        marks = content.marks if content else {}
        codes = {APART: DONT_WORK_WITH, UNSURE: DONT_KNOW}
        cells = [
            codes.get(marks[subject], 0) or int(marks[subject]) if subject in marks else NOT_ANSWERED
            for subject in subjects
        ]
        return b"".join(code.to_bytes(1, "big", signed=True) * len(items_of(kind)) for code in cells)


def _written(seen: dict[str, Any]) -> dict[str, Any]:
    return {"ratings": seen["ratings"], "words": [each["body"] for each in seen["texts"]]}
