"""A team's files hold the matrix that the view shows, cell by cell."""

from itertools import product
from uuid import UUID

import networkx
import pytest

from services.analytics.exports.columns import about_name
from services.analytics.exports.graphml import Network, Node, Tie, write_graphml
from services.analytics.exports.team import answers_table, matrix_table, network_of
from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED
from services.analytics.scores.case_scores import matrix_view
from tests.services.analytics.exports.reading_back import rows_of
from tests.services.analytics.networks_by_hand import ANNE, BO, CARLA, THREE, network, rating_groups

CASE = UUID(int=102)


def read(body: bytes) -> "networkx.DiGraph":
    return networkx.parse_graphml(body.decode())


class TestAnswers:
    def test_are_a_row_for_each_statement_each_was_asked_about_each(self) -> None:
        rows = rows_of(answers_table(CASE, matrix_view(network(THREE))))
        found = {
            (row["raterId"], row["subjectId"], row["itemId"]): (
                row["answerKind"],
                row["answerCode"],
                row["answerValue"],
            )
            for row in rows
        }
        people, items = [str(each) for each in (ANNE, BO, CARLA)], ["mutual-knowledge", "problem-solving"]
        asked = [(a, b, item) for a, b, item in product(people, people, items) if a != b]
        assert len(rows) == len(found) == len(asked)
        anne, bo, carla = people
        assert found[anne, bo, "mutual-knowledge"] == ("rated", 5, 5.0)
        assert found[anne, carla, "mutual-knowledge"] == ("dont-know", DONT_KNOW, None)
        assert found[bo, carla, "problem-solving"] == ("dont-work-with", DONT_WORK_WITH, None)
        assert found[carla, anne, "problem-solving"] == ("not-answered", NOT_ANSWERED, None)

    def test_name_everybody_and_their_origin(self) -> None:
        view = matrix_view(network(THREE))
        row = rows_of(answers_table(CASE, view))[0]
        assert (row["caseId"], row["waveCode"], row["raterLabel"]) == (str(CASE), "baseline", "P1")
        assert row["instruments"] == "relational-capacity/1"
        assert (row["methodVersion"], row["dataVersion"]) == (
            view.provenance.method_version,
            view.provenance.data_version,
        )


class TestMatrix:
    def test_has_a_row_for_each_who_rates_and_a_column_for_each_who_is_rated(self) -> None:
        rows = rows_of(matrix_table(CASE, matrix_view(network(THREE))))
        names = [about_name(each) for each in (ANNE, BO, CARLA)]
        assert [[row[name] for name in names] for row in rows] == [
            [None, 4.5, 2.0],
            [3.0, None, None],
            [None, 4.0, None],
        ]
        assert [row["givenMean"] for row in rows] == [3.25, 3.0, 4.0]
        assert [row["receivedMean"] for row in rows] == [3.0, 4.25, 2.0]

    def test_of_groups_has_columns_of_groups(self) -> None:
        table = matrix_table(CASE, matrix_view(rating_groups()))
        assert [each.label.da for each in table.columns if each.name.startswith("about_")] == [
            "Gennemsnit om G51",
            "Gennemsnit om G52",
        ]
        assert [row["receivedMean"] for row in rows_of(table)] == [None] * 3


class TestNetwork:
    def test_has_everybody_and_a_tie_for_each_mean(self) -> None:
        held = network(THREE)
        found = read(write_graphml(network_of(CASE, matrix_view(held), held.respondents)))
        anne, bo, carla = map(str, (ANNE, BO, CARLA))
        assert found.is_directed()
        assert dict(found.nodes(data="label")) == {anne: "P1", bo: "P2", carla: "P3"}
        assert set(found.edges(data="weight")) == {
            (anne, bo, 4.5),
            (anne, carla, 2.0),
            (bo, anne, 3.0),
            (carla, bo, 4.0),
        }
        assert found.graph["waveCode"] == "baseline"
        assert found.graph["dataVersion"]

    def test_tells_unit_and_professional_group(self) -> None:
        held = network(THREE)
        seats = [
            each.model_copy(update={"unit_id": UUID(int=7), "professional_group": "Sygeplejerske"})
            for each in held.respondents
        ]
        held.state.respondents[:] = seats
        found = read(write_graphml(network_of(CASE, matrix_view(held), seats)))
        node = found.nodes[str(ANNE)]
        assert (node["professionalGroup"], node["unitId"]) == ("Sygeplejerske", str(UUID(int=7)))

    def test_groups_that_are_rated_are_nodes_of_their_own(self) -> None:
        held = rating_groups()
        found = read(write_graphml(network_of(CASE, matrix_view(held), held.respondents)))
        kinds = dict(found.nodes(data="kind"))
        assert sorted(kinds.values()) == ["group", "group", "participant", "participant", "participant"]
        assert (str(ANNE), str(UUID(int=52))) in found.edges

    @pytest.mark.parametrize("label", ["<&\"'>", "=1+1", "Søren Ærø-Åkjær", "a\x01b\x0bc", "\ufffe"])
    def test_any_text_is_a_label(self, label: str) -> None:
        held = Network([Node(ANNE, {"label": label})], [Tie(ANNE, ANNE, 0.1)], {"caseId": label})
        found = read(write_graphml(held)).nodes[str(ANNE)]["label"]
        assert len(found) == len(label)
        assert [each for each in found if each != "\ufffd"] == [
            each for each in label if each not in "\x01\x0b\ufffe"
        ]

    def test_keys_are_declared_with_type_and_place(self) -> None:
        held = network(THREE)
        body = write_graphml(network_of(CASE, matrix_view(held), held.respondents)).decode()
        assert '<key id="edge-weight" for="edge" attr.name="weight" attr.type="double" />' in body
        assert '<key id="node-label" for="node" attr.name="label" attr.type="string" />' in body
