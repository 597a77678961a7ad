"""Puts a case's released matrix into the tables and the network of its team's files; pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from uuid import UUID

from services.analytics.exports.columns import ANSWERS, MATRIX, VERSIONS, about
from services.analytics.exports.graphml import Network, Node, Tie
from services.analytics.exports.table import Table
from services.analytics.exports.words import CODES, RATED
from services.analytics.release.envelope import FigureView
from services.analytics.scores.schemas import MatrixView, ParticipantScores, Provenance
from services.analytics.scores.words import Said
from shared.contracts.survey import Seat
from shared.spreadsheet import Cell

_NOT_ASKED = "not-asked"


def answers_table(case_id: UUID, matrix: MatrixView) -> Table:
    """Return a row for each statement that each was asked about each."""
    return Table(
        Said("Borgerforløbets svar", "The case's answers"),
        ANSWERS,
        list(_answers(case_id, matrix)),
        origin(matrix.provenance),
    )


def _answers(case_id: UUID, matrix: MatrixView) -> Iterator[Sequence[Cell]]:
    versions = versions_of(matrix.provenance)
    for one, (rater, subject) in enumerate(product(matrix.participants, matrix.rated)):
        row, column = divmod(one, len(matrix.rated))
        for dimension in matrix.dimensions:
            answer = dimension.cells[row][column]
            if answer.reason != _NOT_ASKED:
                yield (
                    str(case_id),
                    matrix.provenance.wave,
                    *_rater(rater),
                    str(subject.id),
                    subject.label,
                    dimension.code,
                    *_answer(answer),
                    *versions,
                )


def _answer(answer: FigureView) -> tuple[Cell, ...]:
    """Return the kind of answer, its code, and the rating if it is one."""
    if answer.value is not None:
        return RATED, int(answer.value), answer.value
    kind = str(answer.reason)
    return kind, CODES[kind], None


def matrix_table(case_id: UUID, matrix: MatrixView) -> Table:
    """Return the matrix: a row for each who rates, a column for each who is rated."""
    versions = versions_of(matrix.provenance)
    rows = [
        (
            str(case_id),
            matrix.provenance.wave,
            *_rater(rater),
            rater.given.value,
            rater.received.value,
            *(cell.value for cell in cells),
            *versions,
        )
        for rater, cells in zip(matrix.participants, matrix.cells, strict=True)
    ]
    columns = [*MATRIX, *(about(each.id, each.label) for each in matrix.rated), *VERSIONS]
    return Table(Said("Relationsmatrice", "RK matrix"), columns, rows, origin(matrix.provenance))


def _rater(rater: ParticipantScores) -> tuple[Cell, ...]:
    return str(rater.id), rater.label, rater.professional_group


def network_of(case_id: UUID, matrix: MatrixView, seats: Sequence[Seat]) -> Network:
    """Return the network: who takes part, any groups that are rated, and each mean between them."""
    units = {each.id: each.unit_id for each in seats}
    groups = {each.id: each.professional_group for each in matrix.participants}
    rated = {each.id: each.label for each in matrix.rated}
    labels = {**{each.id: each.label for each in matrix.participants}, **rated}
    nodes = [
        Node(
            each,
            {
                "label": label,
                "kind": "participant" if each in groups else "group",
                "professionalGroup": groups.get(each),
                "unitId": str(units[each]) if units.get(each) else None,
            },
        )
        for each, label in labels.items()
    ]
    ties = [
        Tie(rater.id, subject.id, cell.value)
        for rater, cells in zip(matrix.participants, matrix.cells, strict=True)
        for subject, cell in zip(matrix.rated, cells, strict=True)
        if cell.value is not None
    ]
    about_graph = {"caseId": str(case_id), **origin(matrix.provenance)}
    return Network(nodes, ties, about_graph)


def origin(provenance: Provenance) -> Mapping[str, str]:
    """Say where figures come from."""
    instruments, method, data = versions_of(provenance)
    return {
        "waveCode": provenance.wave,
        "instruments": instruments,
        "methodVersion": method,
        "dataVersion": data,
    }


def versions_of(provenance: Provenance) -> tuple[str, str, str]:
    """Return the cells of the columns `VERSIONS`."""
    return " ".join(provenance.instruments), provenance.method_version, provenance.data_version
