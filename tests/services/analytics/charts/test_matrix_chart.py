"""The matrix as a heat map: every value and gap is there, in figures and signs, not by colour alone."""

from services.analytics.charts.matrix_chart import matrix_chart
from tests.services.analytics.charts.made import matrix, rows, three


def test_values_are_printed_where_they_stand() -> None:
    cells = rows(matrix_chart(three(), "da"), "rated-cells")
    inside = [
        (cell["rater"], cell["rated"], cell["text"]) for cell in cells if {"rater", "rated"} <= {*cell}
    ]
    anne, bo, carla = (each.label for each in three().participants)
    assert inside == [(anne, bo, "4,0"), (bo, anne, "2,5 ?"), (carla, anne, "3,2")]
    assert [cell["mean"] for cell in cells if "rated" not in cell] == [4.0, 2.5, 3.25]
    assert [cell["mean"] for cell in cells if "rater" not in cell] == [2.875, 4.0]


def test_gaps_have_a_sign_of_their_own_and_a_meaning() -> None:
    gaps = rows(matrix_chart(three(), "en"), "unrated-cells")
    found = {(gap["row"], gap["column"]): (gap["sign"], gap["means"]) for gap in gaps}
    assert found == {
        (0, 0): ("", "not asked"),
        (1, 1): ("", "not asked"),
        (2, 2): ("", "not asked"),
        (0, 2): ("?", "don't know"),
        (1, 2): ("\u2013", "don't work together"),
        (2, 1): ("\u2026", "not answered"),
    }


def test_persons_keep_the_order_of_the_matrix() -> None:
    labels = rows(matrix_chart(three(), "da"), "row-labels")
    assert [each["label"] for each in labels] == [
        *(each.label for each in three().participants),
        "Får i middel",
    ]


def test_groups_can_be_rated() -> None:
    view = matrix(["Anne Holm", "Bo Lind"], [[4.0, 3.0, 2.0], [1.0, None, 5.0]], groups=["A", "B", "C"])
    spec = matrix_chart(view, "en")
    assert [each["label"] for each in rows(spec, "column-labels")] == ["A", "B", "C", "Gives on average"]
    assert len(rows(spec, "rated-cells")) == 5 + 2 + 3


def test_the_text_names_every_number() -> None:
    assert matrix_chart(three(), "da")["description"] == (
        "Relationsmatrice, måletidspunkt baseline. "
        "Anne Holm, Familieafdelingen giver Bo Lind, Jobcentret 4,0; "
        "Carla Friis, Sundhedsplejen: ved ikke; i middel 4,0. "
        "Bo Lind, Jobcentret giver Anne Holm, Familieafdelingen 2,5 ?; Carla Friis, Sundhedsplejen: "
        "arbejder ikke sammen; i middel 2,5. "
        "Carla Friis, Sundhedsplejen giver Anne Holm, Familieafdelingen 3,2; Bo Lind, Jobcentret: ikke "
        "besvaret; i middel 3,2. "
        "Får i middel: Anne Holm, Familieafdelingen 2,9; Bo Lind, Jobcentret 4,0."
    )


def test_namesakes_keep_their_own_numbers() -> None:
    view = matrix(["Anne Holm", "Anne Holm"], [["not-asked", 4.0], [2.0, "not-asked"]])
    text = matrix_chart(view, "en")["description"]
    assert "Anne Holm gives Anne Holm 4.0; on average 4.0. Anne Holm gives Anne Holm 2.0" in text
