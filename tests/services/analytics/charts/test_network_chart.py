"""The network: four kinds of lines told by width and dash too; places mean nothing."""

from services.analytics.charts.frame import nothing_to_show
from services.analytics.charts.network_chart import Tie, network_chart
from tests.services.analytics.charts.made import Cell, matrix, rows

NAMES = ["Anne", "Bo", "Carla", "Dan"]
CELLS: list[list[Cell]] = [
    ["not-asked", 4.0, 3.9, "dont-know"],
    [4.5, "not-asked", 4.0, "not-asked"],
    [2.0, 3.0, "not-asked", None],
    [4.2, "not-asked", 1.0, "not-asked"],
]


def test_pairs_are_drawn_by_how_both_see_it() -> None:
    spec = network_chart(matrix(NAMES, CELLS), "da")
    found = {tie: [(each["first"], each["second"]) for each in rows(spec, tie)] for tie in Tie}
    assert found == {
        Tie.MUTUAL: [("Anne", "Bo")],
        Tie.ONE_SIDED: [("Anne", "Dan"), ("Bo", "Carla")],
        Tie.WEAK: [("Anne", "Carla")],
        Tie.UNKNOWN: [("Carla", "Dan")],
    }
    (strong,) = rows(spec, Tie.MUTUAL)
    assert (strong["firstOfSecond"], strong["secondOfFirst"]) == (4.0, 4.5)


def test_arrows_point_from_who_rates_to_who_is_rated() -> None:
    spec = network_chart(matrix(["Left", "Right"], [["not-asked", 2.0], [4.0, "not-asked"]]), "da")
    right, left = rows(spec, "people")
    assert (right["x"] > left["x"], right["y"]) == (True, left["y"])
    (arrow,) = rows(spec, "directions")
    assert arrow["angle"] == 90.0  # the second, at the left, rates the first, at the right


def test_kinds_differ_without_colour() -> None:
    key = rows(network_chart(matrix(NAMES, CELLS), "en"), "key")
    assert len({(each["width"], str(each["dash"])) for each in key}) == len(key) == len(Tie)


def test_people_stand_in_the_matrix_order_whatever_they_score() -> None:
    spec = network_chart(matrix(NAMES, CELLS), "da")
    other = network_chart(matrix(NAMES, [[1.0] * 4] * 4), "da")
    assert rows(spec, "people") == rows(other, "people")
    assert [each["person"] for each in rows(spec, "people")] == NAMES


def test_of_many_only_strong_relations_are_lines() -> None:
    names = [f"Person {number}" for number in range(13)]
    spec = network_chart(matrix(names, [[3.0] * 13] * 13), "en")
    assert "weak" not in spec["datasets"]
    assert "Only strong relations are drawn" in " ".join(spec["title"]["subtitle"])
    fewer = network_chart(matrix(names[:12], [[3.0] * 12] * 12), "en")
    assert len(rows(fewer, "weak")) == 66


def test_where_groups_are_rated_there_is_none() -> None:
    view = matrix(["Anne", "Bo"], [[4.0, 3.0], [1.0, 2.0]], groups=["A", "B"])
    assert network_chart(view, "da") == nothing_to_show("da")


def test_the_text_names_every_pair() -> None:
    assert network_chart(matrix(NAMES, CELLS), "en")["description"] == (
        "Network, wave baseline. Strong from both sides: Anne – Bo (4.0 / 4.5). "
        "Strong from one side: Anne – Dan (missing / 4.2); Bo – Carla (4.0 / 3.0). "
        "At least one side is missing: Carla – Dan (missing / 1.0). "
        "Strong from neither side: Anne – Carla (3.9 / 2.0)."
    )
