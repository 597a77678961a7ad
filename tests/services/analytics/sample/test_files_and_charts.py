"""Files and charts over REST against the methods applied to the files that the sample is of."""

from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pytest

from services.analytics.exports.files import GRAPHML, PARQUET, SAV
from services.analytics.methods.ancova import ancova
from services.analytics.methods.arms import two_arms
from services.analytics.methods.association import leadership_to_rk
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.scores import dimension_scores, mean_of_dyads
from shared.access.principal import Role
from shared.spreadsheet import MEDIA_TYPE as CSV
from tests.services.analytics.exports.reading_back import Rows, from_csv, from_parquet, from_sav
from tests.services.analytics.five_municipalities import (
    STUDY,
    case_table,
    closed_networks,
    codes,
    members,
    respondent_table,
    rows,
)
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.told_sample import ToldSample
from tests.support.services import CallerClient

EXACT = 1e-9
CASE = max(case_table().cases, key=lambda case: len(members(case)))
NUMBERS = frozenset({"value", "raters", "dyads", "cells", "answerCode", "givenMean", "receivedMean"})


def near(value: object) -> Any:
    return pytest.approx(value, abs=EXACT)


def member(sample: ToldSample) -> CallerClient:
    return sample.caller(Role.PROFESSIONAL, person=members(CASE)[0])


async def body(client: CallerClient, path: str, media_type: str) -> bytes:
    answer = await client.get(f"/v1/{path}", headers={"Accept": media_type}, timeout=300)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    return answer.content


async def file(client: CallerClient, path: str, numbers: frozenset[str] = NUMBERS) -> Rows:
    return from_csv(await body(client, path, CSV), numbers)


async def other_files(client: CallerClient, path: str, folder: Path) -> list[Rows]:
    """Return what the file holds as Parquet and for SPSS, read by libraries that others wrote."""
    return [
        from_parquet(await body(client, path, PARQUET)),
        from_sav(await body(client, path, SAV), folder),
    ]


async def data(client: CallerClient, path: str) -> dict[str, list[dict[str, Any]]]:
    """Return the data that a chart draws."""
    answer = await client.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    held: dict[str, list[dict[str, Any]]] = answer.json()["datasets"]
    return held


class TestFiles:
    async def test_the_answers_are_the_files_rows(self, told_sample: ToldSample, tmp_path: Path) -> None:
        path = f"cases/{id_of(CASE)}/exports/answers?wave=baseline&purpose=research"
        wanted = {
            (str(id_of(row["rater_id"])), str(id_of(row["target_id"]))): codes(row, "i", 6)
            for row in rows("rk")
            if (row["case_id"], row["wave"]) == (CASE, "1") and row["rater_id"] != row["target_id"]
        }
        for read in (
            await file(member(told_sample), path),
            *await other_files(member(told_sample), path, tmp_path),
        ):
            found: dict[tuple[Any, Any], list[Any]] = defaultdict(list)
            for row in read:
                found[row["raterId"], row["subjectId"]].append(row["answerCode"])
            assert found == wanted

    async def test_the_matrix(self, told_sample: ToldSample, tmp_path: Path) -> None:
        path = f"cases/{id_of(CASE)}/exports/matrix?wave=baseline&purpose=research"
        about = [f"about_{str(id_of(one)).replace('-', '_')}" for one in members(CASE)]
        wanted = dyads_of(closed_networks("baseline")[CASE]).matrix()
        for found in (
            await file(member(told_sample), path, NUMBERS | set(about)),
            *await other_files(member(told_sample), path, tmp_path),
        ):
            for row, held in zip(found, wanted, strict=True):
                assert [row[name] for name in about] == near([cell.value for cell in held])

    async def test_the_network(self, told_sample: ToldSample) -> None:
        path = f"cases/{id_of(CASE)}/exports/network?wave=baseline&purpose=research"
        found = networkx.parse_graphml((await body(member(told_sample), path, GRAPHML)).decode())
        means, people = dyads_of(closed_networks("baseline")[CASE]).means, members(CASE)
        assert {each["label"] for _, each in found.nodes(data=True)} == set(people)
        assert {(one, other): tie["weight"] for one, other, tie in found.edges(data=True)} == near(
            {
                (str(id_of(rater)), str(id_of(rated))): means[row, column]
                for row, rater in enumerate(people)
                for column, rated in enumerate(people)
                if means[row, column] > 0
            }
        )

    async def test_every_case_that_is_shown_has_its_scores(
        self, told_sample: ToldSample, tmp_path: Path
    ) -> None:
        path = "waves/follow-up/exports/case-scores?purpose=research"
        analyst = told_sample.caller(Role.ANALYST)
        for found in (await file(analyst, path), *await other_files(analyst, path, tmp_path)):
            self.holds_each_case(found)

    def holds_each_case(self, found: Rows) -> None:
        scores = {
            row["caseId"]: row["value"]
            for row in found
            if row["figure"] == "caseScores.caseScore.meanOfDyads"
        }
        wanted = {
            str(id_of(case)): mean_of_dyads(dyads_of(closed_networks("follow-up")[case])).value.value
            for case in closed_networks("follow-up")
        }
        assert len(scores) > 20
        assert scores == near({case: wanted[str(case)] for case in scores})
        dimensions: dict[Any, list[Any]] = defaultdict(list)
        for row in found:
            if row["figure"] == "caseScores.dimensions.score":
                dimensions[row["caseId"]].append(row["value"])
        by_id = {str(id_of(case)): case for case in closed_networks("follow-up")}
        for case_id, shown in dimensions.items():
            held = dimension_scores([closed_networks("follow-up")[by_id[str(case_id)]]])
            assert shown == near([each.value.value for each in held])


class TestCharts:
    async def test_the_matrix(self, told_sample: ToldSample) -> None:
        found = await data(member(told_sample), f"cases/{id_of(CASE)}/matrix/chart?wave=baseline")
        shown = {
            (each["rater"], each["rated"]): each["mean"]
            for each in found["rated-cells"]
            if "rated" in each and "rater" in each
        }
        means = dyads_of(closed_networks("baseline")[CASE]).means
        people = members(CASE)
        assert shown == near(
            {
                (rater, rated): means[row, column]
                for row, rater in enumerate(people)
                for column, rated in enumerate(people)
                if means[row, column] > 0
            }
        )

    async def test_the_dimensions(self, told_sample: ToldSample) -> None:
        found = await data(member(told_sample), f"cases/{id_of(CASE)}/dimensions/chart?wave=baseline")
        wanted = dimension_scores([closed_networks("baseline")[CASE]])
        shown = [(each["mean"], each["answers"], each["raters"]) for each in found["dimensions"]]
        assert shown == [(near(each.value.value), each.cells, each.raters) for each in wanted]

    async def test_leadership(self, told_sample: ToldSample) -> None:
        found = await data(told_sample.caller(Role.ANALYST), "waves/baseline/leadership/chart")
        x, y, cases, leaders = respondent_table("baseline")
        line = leadership_to_rk(x, y, cases, leaders).by_case
        slope, intercept = line.slope.value.value or 0, line.intercept.value.value or 0
        for end in found["line"]:
            assert end["given"] == near(intercept + slope * end["leadership"])
        assert sum(each["employees"] for each in found["dots"]) == len(x)

    async def test_the_distribution(self, told_sample: ToldSample) -> None:
        path = "waves/baseline/case-score-distribution"
        found = await data(told_sample.caller(Role.ANALYST), f"{path}/chart")
        view = await told_sample.to_analyst(path)
        bins = [each for each in view["overall"]["bins"] if each["cases"]]
        shown = [(each["low"], each["high"], each["cases"]) for each in found["bins"]]
        assert shown == [(each["low"], each["high"], each["cases"]) for each in bins]

    async def test_the_effect(self, told_sample: ToldSample) -> None:
        path = f"studies/{STUDY}/effect/chart?from=baseline&to=follow-up"
        found = await data(told_sample.caller(Role.ANALYST), path)
        table = case_table()
        before, after = (two_arms(table.rk[wave], table.arm) for wave in ("baseline", "follow-up"))
        means = [
            (held.mean.value.value, held.mean.interval.low, held.mean.interval.high)
            for arms in (before, after)
            for held in (arms.control, arms.intervention)
        ]
        shown = [(each["value"], each["low"], each["high"]) for each in found["means"]]
        assert sorted(shown) == [near(each) for each in sorted(means)]
        effect = ancova(table.rk["follow-up"], table.rk["baseline"], table.arm, table.municipality).effect
        (difference,) = found["difference"]
        assert (difference["value"], difference["low"], difference["high"]) == near(
            (effect.value.value, effect.interval.low, effect.interval.high)
        )

    async def test_the_network(self, told_sample: ToldSample) -> None:
        having = {kind: [case for case in case_table().cases if ties(case)[kind]] for kind in TIES}
        for case in {CASE, *(cases[-1] for cases in having.values())}:
            client = told_sample.caller(Role.PROFESSIONAL, person=members(case)[0])
            found = await data(client, f"cases/{id_of(case)}/network/chart?wave=baseline")
            wanted = ties(case)
            assert [each["person"] for each in found["people"]] == members(case)
            for kind in TIES:
                assert {
                    (each["first"], each["second"]): (each["firstOfSecond"], each["secondOfFirst"])
                    for each in found[kind]
                } == wanted[kind]


TIES = {"weak", "unknown", "one-sided", "mutual"}


def ties(case: str) -> dict[str, dict[tuple[str, str], tuple[Any, ...]]]:
    """Return a team's pairs by what both sides say."""
    means, people = dyads_of(closed_networks("baseline")[case]).means, members(case)
    found: dict[str, dict[tuple[str, str], tuple[Any, ...]]] = {kind: {} for kind in TIES}
    for first, second in combinations(range(len(people)), 2):
        sides = [
            None if np.isnan(mean) else float(mean) for mean in (means[first, second], means[second, first])
        ]
        strong = sum(side is not None and side >= 4 for side in sides)
        kind = {2: "mutual", 1: "one-sided"}.get(strong, "unknown" if None in sides else "weak")
        found[kind][people[first], people[second]] = (near(sides[0]), near(sides[1]))
    return found
