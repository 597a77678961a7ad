"""The figures of a data set computed the plain way, to see that the sample has the study's shape."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import linear_regression, mean, variance

from deploy.local.dataset.rows import Dataset

Pairs = Sequence[tuple[float, float]]


def rating_mean(answers: Sequence[int]) -> float | None:
    valid = [answer for answer in answers if answer > 0]
    return mean(valid) if valid else None


def alpha(rows: Sequence[Sequence[int]]) -> float:
    complete = [row for row in rows if min(row) > 0]
    items = list(zip(*complete, strict=True))
    single = sum(variance(item) for item in items)
    total = variance([sum(row) for row in complete])
    return float(len(items) / (len(items) - 1) * (1 - single / total))


def slope(pairs: Pairs) -> float:
    return float(linear_regression([x for x, _ in pairs], [y for _, y in pairs]).slope)


def case_scores(dataset: Dataset, wave: int) -> dict[str, float]:
    dyads: dict[str, list[float]] = defaultdict(list)
    for row in dataset.rk:
        value = rating_mean(row.answers)
        if row.wave == wave and value is not None:
            dyads[row.case].append(value)
    return {case: mean(values) for case, values in dyads.items()}


def leadership_and_rk(dataset: Dataset, wave: int) -> Pairs:
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in dataset.rk:
        value = rating_mean(row.answers)
        if row.wave == wave and value is not None:
            given[row.case, row.rater].append(value)
    pairs = []
    for led in dataset.leadership:
        value = rating_mean(led.answers)
        own = given.get((led.case, led.respondent))
        if led.wave == wave and value is not None and own:
            pairs.append((value, mean(own)))
    return pairs


def rk_and_citizen(dataset: Dataset, wave: int) -> Pairs:
    scores = case_scores(dataset, wave)
    pairs = []
    for row in dataset.citizen:
        value = rating_mean(row.answers)
        if row.wave == wave and value is not None and row.case in scores:
            pairs.append((scores[row.case], value))
    return pairs


def leaders_with_raters(dataset: Dataset, wave: int, least: int) -> int:
    raters: dict[str, set[str]] = defaultdict(set)
    for row in dataset.leadership:
        if row.wave == wave and row.leader and rating_mean(row.answers) is not None:
            raters[row.leader].add(row.respondent)
    return sum(len(own) >= least for own in raters.values())


def dimension_means(dataset: Dataset, case: str, wave: int) -> list[float]:
    rows = [row.answers for row in dataset.rk if (row.case, row.wave) == (case, wave)]
    return [mean(answer for answer in item if answer > 0) for item in zip(*rows, strict=True)]
