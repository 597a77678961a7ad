"""A case's team over REST: its own team sees it exactly, and all else answers alike."""

from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.case_team.rounds_by_pair import (
    FOLLOW_UP,
    Waves,
    after,
    answer_by_pair,
    answered_wave,
    before,
)
from tests.services.analytics.rounds_with_answers import followed, nothing, something
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import Stack

TEAM_ONLY = ("relations", "meeting-suggestions")


async def team_of_three(municipality: Municipality) -> Waves:
    """Register a case of three, nobody asked yet."""
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(3)]
    members.sort(key=lambda each: str(each.id))
    return Waves(municipality, await municipality.case(members), members)


def mixed(rater: int, subject: int) -> object:
    """Anne rates Bo 5, doesn't know Carla; Bo rates Anne 3, doesn't work with Carla; Carla rates both 4."""
    return {(0, 1): 5, (0, 2): "dont-know", (1, 0): 3, (1, 2): None}.get((rater, subject), 4)


class TestMatrix:
    async def test_says_who_does_not_know_and_who_does_not_work_with_whom(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held = await team_of_three(municipality)
        await answered_wave(held, databases, mixed)
        matrix = something(await held.ask(held.member(), "matrix"))
        anne, bo, carla = (each["id"] for each in matrix["participants"])
        assert [anne, bo, carla] == [str(each.id) for each in held.members]
        codes = [each["code"] for each in matrix["dimensions"]]
        assert len(codes) == 6
        assert matrix["dontKnow"] == [{"rater": anne, "subject": carla, "dimensions": codes}]
        assert matrix["dontWorkWith"] == [{"rater": bo, "subject": carla, "dimensions": codes}]
        for dimension in matrix["dimensions"]:
            shown = [[cell["value"] or cell["reason"] for cell in row] for row in dimension["cells"]]
            assert shown == [
                ["not-asked", 5.0, "dont-know"],
                [3.0, "not-asked", "dont-work-with"],
                [4.0, 4.0, "not-asked"],
            ]
            assert [each["value"] for each in dimension["given"]] == [5.0, 3.0, 4.0]
            assert [each["value"] for each in dimension["received"]] == [3.5, 4.5, None]


async def of_group(municipality: Municipality, unit: UUID, group: str) -> Employee:
    """Register somebody of a professional group."""
    employee = Employee(uuid4(), uuid4(), unit)
    cases = municipality.caller("cases")
    ok(await cases.create(f"/v1/persons/{employee.person}", {"name": group}))
    body = {
        "personId": str(employee.person),
        "unitId": str(unit),
        "professionalGroup": group,
        "leaderId": None,
        "validFrom": "2026-01-01T00:00:00Z",
    }
    ok(await cases.create(f"/v1/professionals/{employee.id}", body))
    return employee


class TestGroupsAreRated:
    async def test_columns_are_groups_and_there_are_no_relations(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        members = [await of_group(municipality, unit, each) for each in ("Lærer", "Psykolog")]
        members.append(await of_group(municipality, unit, "Lærer"))
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id, networkSubjects="groups")
        await opened.answer_all(3)
        await opened.close()
        await followed(databases, opened, case_id)
        held = Waves(municipality, case_id, members)
        matrix = something(await held.ask(held.member(), "matrix"))
        assert len(matrix["participants"]) == 3
        assert [(each["label"], each["received"]["value"]) for each in matrix["rated"]] == [
            ("Lærer", 3.0),
            ("Psykolog", 3.0),
        ]
        nothing(await held.ask(held.member(), "relations"))
        first, _ = something(await held.ask(held.member(), "meeting-suggestions"))["meetings"]
        assert first["suggestions"][0]["code"] == "roles-and-conditions"


class TestGetRelations:
    async def test_shows_the_team_its_pairs_and_its_network(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held = await team_of_three(municipality)
        await answered_wave(held, databases, mixed)
        found = something(await held.ask(held.member(), "relations"))
        anne, bo, carla = (str(each.id) for each in held.members)
        assert [(each["first"], each["second"]) for each in found["pairs"]] == [
            (anne, bo),
            (anne, carla),
            (bo, carla),
        ]
        assert [each["overall"]["difference"]["value"] for each in found["pairs"]] == [2.0, None, None]
        measures = found["measures"]
        assert (measures["asked"], measures["known"], measures["strong"]) == (6, 4, 3)
        assert (measures["density"]["value"], measures["asymmetry"]["value"]) == (0.75, 2.0)
        assert measures["together"]["groups"] == [[anne, bo, carla]]
        assert found["purpose"] == "better-collaboration"

    async def test_agrees_with_the_matrix(self, waves: Waves) -> None:
        matrix = something(await waves.ask(waves.member(), "matrix"))
        found = something(await waves.ask(waves.member(), "relations"))
        order = [each["id"] for each in matrix["participants"]]
        assert found["provenance"] == matrix["provenance"]
        for pair in found["pairs"]:
            first, second = order.index(pair["first"]), order.index(pair["second"])
            assert pair["overall"]["firstOfSecond"] == matrix["cells"][first][second]
            assert pair["overall"]["secondOfFirst"] == matrix["cells"][second][first]

    async def test_is_not_fetched_again_while_it_is_the_same(self, waves: Waves) -> None:
        first = await waves.ask(waves.member(), "relations")
        path = f"/v1/cases/{waves.case}/relations?wave=baseline"
        again = await waves.member(1).get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304


class TestGetMeetingSuggestions:
    async def test_says_what_to_take_up_and_why_in_the_callers_language(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held = await team_of_three(municipality)
        await answered_wave(held, databases, mixed)
        path = f"/v1/cases/{held.case}/meeting-suggestions?wave=baseline"
        danish = await held.member().get(path)
        english = await held.member().get(path, headers={"Accept-Language": "en"})
        assert (danish.headers["content-language"], english.headers["content-language"]) == ("da", "en")
        assert "accept-language" in danish.headers["vary"].lower()
        first, second = something(english)["meetings"]
        assert (first["meeting"], second["meeting"]) == ("first", "second")
        assert [each["code"] for each in first["suggestions"]] == [
            "faces-and-phone-numbers",
            "who-works-with-whom",
            "different-views",
        ]
        assert second["suggestions"] == []
        assert second["focus"].startswith("Understanding each professional group's challenges")
        texts = [each["text"] for each in something(danish)["meetings"][0]["suggestions"]]
        assert texts[0].startswith("Få et ansigt på hinanden")

    async def test_names_nobody(self, waves: Waves) -> None:
        answer = await waves.ask(waves.member(), "meeting-suggestions")
        assert something(answer)["meetings"]
        for member in waves.members:
            for name in (str(member.id), str(member.person), f"P{member.id.hex[:4]}"):
                assert name not in answer.text


CHANGE = "from=baseline&to=follow-up"


async def with_newcomer(
    municipality: Municipality, databases: dict[str, TestDatabase], people: int
) -> tuple[Waves, Employee]:
    """Let so many answer before, and one more afterwards."""
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(people)]
    members.sort(key=lambda each: str(each.id))
    held = Waves(municipality, await municipality.case(members), members)
    await answered_wave(held, databases, before)
    newcomer = await municipality.employee(unit)
    together = sorted([*members, newcomer], key=lambda each: str(each.id))
    body = {
        "caseId": str(held.case),
        "sourceVersion": 2,
        "respondentLabel": "Forløb 27",
        "involvements": [{"unitId": str(unit), "role": "provider"}],
        "participants": [{"professionalId": str(each.id)} for each in together],
    }
    ok(await municipality.caller("cases").put(f"/v1/registrations/esdh/{held.case}", body))
    later = Waves(municipality, held.case, together)
    await answered_wave(later, databases, lambda *_: 4, wave=FOLLOW_UP)
    return held, newcomer


class TestGetChange:
    async def test_shows_all_and_those_who_answered_both(self, waves: Waves) -> None:
        found = something(await waves.ask(waves.member(), "change", CHANGE))
        overall, same = found["overall"], found["overall"]["sameRaters"]
        # 1 to 5 before; 2, 3, 4, 5 and 5 after.
        assert (overall["before"]["value"], overall["after"]["value"]) == (3.0, 3.8)
        assert (overall["before"]["raters"], overall["after"]["raters"]) == (5, 5)
        assert overall["difference"]["value"] == pytest.approx(0.8, abs=1e-12)
        assert (same["stayed"], same["left"], same["joined"], same["turnover"]["value"]) == (5, 0, 0, 0.0)
        assert same["change"]["value"] == pytest.approx(0.8, abs=1e-12)
        assert same["composition"]["value"] == pytest.approx(0.0, abs=1e-12)
        assert [each["change"]["difference"]["value"] for each in found["dimensions"]] == [
            pytest.approx(0.8, abs=1e-12)
        ] * 6
        assert found["asked"] == {"stayed": 5, "left": 0, "joined": 0}
        assert (found["before"]["wave"], found["after"]["wave"]) == ("baseline", "follow-up")

    async def test_one_case_says_nothing_of_its_error(self, waves: Waves) -> None:
        reliable = something(await waves.ask(waves.member(), "change", CHANGE))["overall"]["reliable"]
        assert (reliable["index"]["reason"], reliable["direction"]) == ("too-few-clusters", None)

    async def test_others_see_means_over_enough_people(self, waves: Waves, discreet_waves: Waves) -> None:
        for held, client in (
            (waves, waves.person(None, Role.ANALYST)),
            (waves, waves.person(uuid4(), Role.LEADER)),
            (discreet_waves, discreet_waves.member()),
        ):
            found = something(await held.ask(client, "change", CHANGE))
            assert (found["overall"]["before"]["value"], found["overall"]["after"]["value"]) == (3.0, 3.8)
        nothing(await waves.ask(waves.person(uuid4()), "change", CHANGE))

    async def test_others_see_nothing_of_four(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held, newcomer = await with_newcomer(municipality, databases, 4)
        nothing(await held.ask(held.person(None, Role.ANALYST), "change", CHANGE))
        nothing(await held.ask(held.person(newcomer.person), "change", CHANGE))
        something(await held.ask(held.member(), "change", CHANGE))

    async def test_others_do_not_learn_what_one_newcomer_said(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held, newcomer = await with_newcomer(municipality, databases, 5)
        exact = something(await held.ask(held.member(), "change", CHANGE))
        assert exact["asked"] == {"stayed": 5, "left": 0, "joined": 1}
        assert exact["overall"]["sameRaters"]["joined"] == 1
        # The newcomer saw the second wave's matrix, not the first's.
        something(await held.ask(held.person(newcomer.person), "matrix", "wave=follow-up"))
        nothing(await held.ask(held.person(newcomer.person), "matrix"))
        for client in (held.person(None, Role.ANALYST), held.person(newcomer.person)):
            found = something(await held.ask(client, "change", CHANGE))
            assert found["asked"] is None
            changes = [found["overall"], *(each["change"] for each in found["dimensions"])]
            assert len(changes) == 7
            assert all(each["sameRaters"] is None for each in changes)
            assert found["overall"]["after"]["raters"] == 6

    async def test_hidden_foreign_and_unknown_cases_are_alike(
        self, waves: Waves, municipality: Municipality, databases: dict[str, TestDatabase], stack: Stack
    ) -> None:
        held = await team_of_three(municipality)
        await answered_wave(held, databases, before)
        opened = await municipality.open_round(held.case, wave=FOLLOW_UP)
        for number in range(3):
            await answer_by_pair(opened, held.members, number, after)
        await followed(databases, opened, held.case)
        abroad = stack.caller("analytics", uuid4(), Role.ANALYST)
        answers = [
            await held.ask(held.member(), "change", CHANGE),
            await waves.ask(abroad, "change", CHANGE),
            await waves.ask(waves.member(), "change", "from=baseline&to=midway"),
            await waves.member().get(f"/v1/cases/{uuid4()}/change?{CHANGE}"),
        ]
        await opened.close()
        await followed(databases, opened, held.case)
        answers.append(await held.ask(held.person(uuid4()), "change", CHANGE))
        for answer in answers:
            nothing(answer)
        assert len({answer.headers["etag"] for answer in answers}) == 1
        something(await held.ask(held.member(), "change", CHANGE))

    async def test_reading_is_recorded(self, waves: Waves, databases: dict[str, TestDatabase]) -> None:
        something(await waves.ask(waves.person(None, Role.ANALYST, subject="analyst-1"), "change", CHANGE))
        found = await audited(databases["analytics"], waves.case)
        assert ("read", "case-change", "case-results", "analyst-1") in found

    async def test_case_systems_and_workers_do_not_ask(self, waves: Waves) -> None:
        for role in (Role.CASE_SYSTEM, Role.CASE_WORKER):
            refused(await waves.ask(waves.person(None, role), "change", CHANGE), 403, "forbidden")

    async def test_asks_for_two_waves(self, waves: Waves) -> None:
        answer = await waves.member().get(f"/v1/cases/{waves.case}/change")
        assert sorted(refused(answer, 400, "malformed-request")) == [
            ("#query/from", "missing"),
            ("#query/to", "missing"),
        ]


class TestTeamAlone:
    """What only a case's team sees; everybody else, whyever, gets the same answer."""

    @pytest.mark.parametrize("what", TEAM_ONLY)
    async def test_each_of_the_team_sees_it_and_reading_is_recorded(
        self, waves: Waves, databases: dict[str, TestDatabase], what: str
    ) -> None:
        person = waves.members[3].person
        something(await waves.ask(waves.person(person, subject=f"login-{what}"), what))
        assert ("read", what, "case-team", f"login-{what}") in await audited(
            databases["analytics"], waves.case
        )

    @pytest.mark.parametrize("what", TEAM_ONLY)
    async def test_hidden_foreign_and_unknown_cases_are_alike(
        self, waves: Waves, discreet_waves: Waves, stack: Stack, what: str
    ) -> None:
        abroad = stack.caller("analytics", uuid4(), Role.PROFESSIONAL, person=waves.members[0].person)
        outsider = waves.person(uuid4())
        answers = [
            await waves.ask(outsider, what),
            await waves.ask(waves.person(None), what),
            await waves.ask(waves.person(uuid4(), Role.LEADER), what),
            await waves.ask(abroad, what),
            await waves.ask(waves.member(), what, "wave=midway"),
            await waves.member().get(f"/v1/cases/{uuid4()}/{what}?wave=baseline"),
            await discreet_waves.ask(discreet_waves.member(), what),
        ]
        for answer in answers:
            nothing(answer)
        assert len({answer.headers["etag"] for answer in answers}) == 1
        assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1
        something(await waves.ask(waves.member(), what))

    @pytest.mark.parametrize("what", TEAM_ONLY)
    async def test_who_asks_for_what_is_hidden_is_recorded_too(
        self, waves: Waves, databases: dict[str, TestDatabase], what: str
    ) -> None:
        nothing(await waves.ask(waves.person(uuid4(), subject="stranger"), what))
        found = await audited(databases["analytics"], waves.case)
        assert ("read", what, "case-team", "stranger") in found

    async def test_an_open_round_has_nothing_yet(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        held = await team_of_three(municipality)
        opened = await municipality.open_round(held.case)
        for number in range(3):
            await answer_by_pair(opened, held.members, number, mixed)
        await followed(databases, opened, held.case)
        for what in TEAM_ONLY:
            nothing(await held.ask(held.member(), what))
        await opened.close()
        await followed(databases, opened, held.case)
        for what in TEAM_ONLY:
            something(await held.ask(held.member(), what))

    @pytest.mark.parametrize("what", TEAM_ONLY)
    async def test_others_than_persons_do_not_ask(self, waves: Waves, what: str) -> None:
        for role in (Role.ANALYST, Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR):
            refused(await waves.ask(waves.person(None, role), what), 403, "forbidden")

    @pytest.mark.parametrize("what", TEAM_ONLY)
    async def test_a_wave_is_asked_for(self, waves: Waves, what: str) -> None:
        answer = await waves.member().get(f"/v1/cases/{waves.case}/{what}")
        assert refused(answer, 400, "malformed-request") == [("#query/wave", "missing")]
