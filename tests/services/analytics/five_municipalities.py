"""The five-municipality sample: as measurements that analytics would hold, and as plain rows beside."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

import numpy as np
import numpy.typing as npt

from services.analytics.methods.cube import DONT_KNOW, NOT_ANSWERED, Cube, round_robin
from services.analytics.projection.holdings import Holdings, Register
from services.analytics.projection.measurement import Measurement
from shared.contracts.register import AreaState, EnrolmentState, StudyArm, StudyState, StudyWave, UnitState
from shared.contracts.survey import Form, Seat
from tests.services.analytics.holdings_by_hand import holdings, id_of, led, measurement, seat, told
from tests.support.whole_steps import ENOUGH, whole_steps

FOLDER = Path(__file__).parents[2] / "reference" / "five_municipalities"
WAVES = {"1": "baseline", "2": "follow-up"}
CODES = {"": NOT_ANSWERED, "DK": DONT_KNOW}
STUDY = id_of("study")
ONE = Seat(id=id_of("one"), label="one")
"""Whom, or what, all are asked about in a form with one subject."""
ARMS = {"0": "as-usual", "1": "intervention"}
COMPLEX_FROM = 5
"""From so many units a case counts as complex."""

FORMS = {
    "rk": ("i", 6, "rater_id"),
    "leadership": ("l", 7, "respondent_id"),
    "citizen": ("c", 5, "citizen_id"),
}
"""By file: the letter and number of its items, and who answers."""


class CaseTable(NamedTuple):
    """Cases in order, and per wave the scores relations are made of; NaN is missing, waiting or hidden."""

    cases: list[str]
    municipality: list[str]
    arm: np.ndarray
    units: np.ndarray
    rk: dict[str, np.ndarray]
    citizen: dict[str, np.ndarray]
    leadership: dict[str, np.ndarray]


@cache
def rows(name: str) -> list[dict[str, str]]:
    """Read a file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(row: dict[str, str], letter: str, items: int) -> list[int]:
    """Return a row's answers as codes."""
    answers = [row[f"{letter}{item}"] for item in range(1, items + 1)]
    return [CODES[answer] if answer in CODES else int(answer) for answer in answers]


def mean_of(row: dict[str, str], letter: str, items: int) -> float:
    """Return the mean of a row's valid answers, NaN without one."""
    valid = [code for code in codes(row, letter, items) if code > 0]
    return float(np.mean(valid)) if valid else np.nan


@cache
def sample() -> Holdings:
    """Return both waves and the study, as analytics would hold them, of people who stand nowhere."""
    people = {(case, person): seat(person) for case, own in _members().items() for person in own}
    return holdings(measurements(people), register())


def measurements(
    standing: Mapping[tuple[str, str], Seat], complex_from: int = COMPLEX_FROM
) -> Iterator[Measurement]:
    """Yield every case's three forms of both waves; `standing` are its members' seats.

    Cases of `complex_from` units or more count as complex.
    """
    cases = {row["case_id"]: row for row in rows("cases")}
    people = {case: sorted(own) for case, own in _members().items()}
    by_case = {name: _by_case(name) for name in ("rk", "leadership", "citizen")}
    for number, wave in WAVES.items():
        for case, row in cases.items():
            units = int(row["n_units"])
            level = "complex" if units >= complex_from else "ordinary"
            more = {"wave": wave, "units": units, "level": level}
            cells = cells_of(people[case], by_case["rk"][case, number])
            own = [standing[case, person] for person in people[case]]
            yield measurement(Form.NETWORK, case, own, round_robin(cells), **more)
            forms = {
                each["respondent_id"]: (each["leader_id"], codes(each, "l", 7))
                for each in by_case["leadership"][case, number]
            }
            employees = [_led_by(standing[case, person], forms[person][0]) for person in sorted(forms)]
            yield led(case, dict(sorted(forms.items())), respondents=employees, subjects=[ONE], **more)
            answers = {each["citizen_id"]: codes(each, "c", 5) for each in by_case["citizen"][case, number]}
            yield told(case, answers, subjects=[ONE], **more)


def cells_of(people: list[str], answered: list[dict[str, str]]) -> npt.NDArray[np.int8]:
    """Return rows of a network form as raters x rated x items."""
    place = {person: at for at, person in enumerate(people)}
    cells = np.zeros((len(place), len(place), 6), dtype=np.int8)
    for each in answered:
        cells[place[each["rater_id"]], place[each["target_id"]]] = codes(each, "i", 6)
    return cells


@cache
def seats() -> dict[tuple[str, str], Seat]:
    """Return where each member of each case stands."""
    employed = {row["professional_id"]: row for row in rows("professionals")}
    units = {row["unit_id"]: row for row in rows("units")}
    codes_of = {row["municipality_id"]: row["code"] for row in rows("municipalities")}
    roles = {(row["case_id"], row["unit_id"]): row["role"] for row in rows("involvements")}
    return {
        (case, person): seat(person).model_copy(
            update={
                "professional_group": own["professional_group"],
                "unit_id": id_of(own["unit_id"]),
                "area_id": area_of(units[own["unit_id"]]),
                "municipality_code": codes_of[own["municipality_id"]],
                "role": roles.get((case, own["unit_id"])),
            }
        )
        for case, people in _members().items()
        for person in people
        for own in (employed[person],)
    }


def area_of(unit: dict[str, str]) -> UUID:
    """Return the id of a unit's area; the file names areas within a municipality."""
    return uuid5(id_of(unit["municipality_id"]), unit["area"])


def _led_by(own: Seat, leader: str) -> Seat:
    return own.model_copy(update={"leader_id": id_of(leader)})


def _members() -> dict[str, list[str]]:
    held: dict[str, list[str]] = defaultdict(list)
    for row in rows("members"):
        held[row["case_id"]].append(row["professional_id"])
    return held


def _by_case(name: str) -> dict[tuple[str, str], list[dict[str, str]]]:
    held: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows(name):
        held[row["case_id"], row["wave"]].append(row)
    return held


def register() -> Register:
    """Return the study and what places are called."""
    study = StudyState(
        version=1,
        id=STUDY,
        name="Fem kommuner",
        arms=[StudyArm(code=code, name=code, control=number == "0") for number, code in ARMS.items()],
        waves=[StudyWave(code=code, ordinal=at, label=code) for at, code in enumerate(WAVES.values(), 1)],
    )
    enrolments = [
        EnrolmentState(
            version=1,
            id=id_of(f"e{row['case_id']}"),
            study_id=STUDY,
            case_id=id_of(row["case_id"]),
            arm=ARMS[row["arm"]],
            stratum=row["municipality_id"],
            method="stratified-random",
        )
        for row in rows("cases")
    ]
    codes_of = {row["municipality_id"]: row["code"] for row in rows("municipalities")}
    units = {
        id_of(row["unit_id"]): UnitState(
            version=1,
            id=id_of(row["unit_id"]),
            name=row["name"],
            area_id=area_of(row),
            municipality_code=codes_of[row["municipality_id"]],
        )
        for row in rows("units")
    }
    areas = {
        area_of(row): AreaState(
            version=1,
            id=area_of(row),
            name=row["area"],
            municipality_code=codes_of[row["municipality_id"]],
        )
        for row in rows("units")
    }
    return Register(areas=areas, units=units, studies={STUDY: study}, enrolments=enrolments)


@cache
def cases_that_count(wave: str, name: str = "rk") -> tuple[str, ...]:
    """Return the cases of which figures over a whole wave are made, of one of the three forms.

    The rounds that `told_sample` tells of have no time at which they closed, so they come in the order of
    their ids, which is that of the cases' names; the last that fill no step of five people wait.
    """
    closed = sorted(row["case_id"] for row in rows("cases"))
    return tuple(case for step in whole_steps(closed, answering(wave, name)) for case in step)


@cache
def answering(wave: str, name: str) -> dict[str, set[str]]:
    """Return by case who gave at least one answer in a form."""
    letter, items, who = FORMS[name]
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(name):
        is_own = name == "rk" and row["rater_id"] == row["target_id"]
        if WAVES[row["wave"]] == wave and not is_own and not np.isnan(mean_of(row, letter, items)):
            found[row["case_id"]].add(row[who])
    return found


@cache
def shown_cases(wave: str) -> frozenset[str]:
    """Return the cases that count and are shown one by one: relations between scores are made of no other.

    Of at least five raters, and not all at one end of the scale; nearly half have fewer.
    """
    given: dict[str, set[float]] = defaultdict(set)
    for case, _, mean in dyads(wave):
        given[case].add(mean)
    raters = answering(wave, "rk")
    return frozenset(
        case
        for case in cases_that_count(wave)
        if len(raters[case]) >= ENOUGH and given[case] not in ({1.0}, {5.0})
    )


@cache
def closed_networks(wave: str) -> dict[str, Cube]:
    """Return the answers of each case as the methods take them, people in order."""
    number = next(key for key, code in WAVES.items() if code == wave)
    people, answered = _members(), _by_case("rk")
    return {
        case: round_robin(cells_of(sorted(people[case]), answered[case, number])) for case in sorted(people)
    }


def networks(wave: str) -> dict[str, Cube]:
    """Return those of the cases that count."""
    return {case: closed_networks(wave)[case] for case in cases_that_count(wave)}


def members(case: str) -> list[str]:
    """Return who takes part in a case, in order."""
    return sorted(_members()[case])


def dyads(wave: str) -> list[tuple[str, str, float]]:
    """Return case, rater and mean of each rated pair of a wave."""
    found = [
        (row["case_id"], row["rater_id"], mean_of(row, "i", 6))
        for row in rows("rk")
        if WAVES[row["wave"]] == wave and row["rater_id"] != row["target_id"]
    ]
    return [each for each in found if not np.isnan(each[2])]


@cache
def case_table() -> CaseTable:
    """Work the cases' scores out of the files, with nothing but means."""
    cases = sorted(rows("cases"), key=lambda row: row["case_id"])
    names = [row["case_id"] for row in cases]
    return CaseTable(
        names,
        [row["municipality_id"] for row in cases],
        np.array([int(row["arm"]) for row in cases]),
        np.array([int(row["n_units"]) for row in cases]),
        {
            wave: _per_case(
                names, [(case, mean) for case, _, mean in dyads(wave) if case in shown_cases(wave)]
            )
            for wave in WAVES.values()
        },
        {wave: _per_case(names, _forms("citizen", wave)) for wave in WAVES.values()},
        {wave: _per_case(names, _forms("leadership", wave)) for wave in WAVES.values()},
    )


def _forms(name: str, wave: str) -> list[tuple[str, float]]:
    letter, items, _ = FORMS[name]
    counting = shown_cases(wave).intersection(cases_that_count(wave, name))
    return [
        (row["case_id"], mean_of(row, letter, items))
        for row in rows(name)
        if WAVES[row["wave"]] == wave and row["case_id"] in counting
    ]


def _per_case(names: list[str], values: list[tuple[str, float]]) -> np.ndarray:
    held: dict[str, list[float]] = defaultdict(list)
    for case, value in values:
        if not np.isnan(value):
            held[case].append(value)
    return np.array([float(np.mean(held[name])) if held[name] else np.nan for name in names])


def respondent_table(wave: str) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Return leadership, given RK, case and leader of each with both, of whole steps of these."""
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for case, rater, mean in dyads(wave):
        given[case, rater].append(mean)
    counting = shown_cases(wave).intersection(cases_that_count(wave, "leadership"))
    found = [
        (mean_of(row, "l", 7), given[row["case_id"], row["respondent_id"]], row)
        for row in sorted(rows("leadership"), key=lambda each: (each["case_id"], each["respondent_id"]))
        if WAVES[row["wave"]] == wave and row["case_id"] in counting
    ]
    both = [each for each in found if not np.isnan(each[0]) and each[1]]
    people: dict[str, set[str]] = defaultdict(set)
    for _, _, row in both:
        people[row["case_id"]].add(row["respondent_id"])
    entered = {case for step in whole_steps(sorted(people), people) for case in step}
    kept = [each for each in both if each[2]["case_id"] in entered]
    x, y = np.array([each[0] for each in kept]), np.array([float(np.mean(each[1])) for each in kept])
    return x, y, [each[2]["case_id"] for each in kept], [each[2]["leader_id"] for each in kept]


def of_citizens(wave: str) -> list[np.ndarray]:
    """Return step by step where the cases stand that are by then related to what their one citizen says."""
    table = case_table()
    there = ~np.isnan(table.rk[wave] + table.citizen[wave])
    citizens = {name: {name} for name, both in zip(table.cases, there, strict=True) if both}
    steps = accumulate(whole_steps(sorted(citizens), citizens, share=0.25))
    return [np.array([table.cases.index(name) for name in step]) for step in steps]
