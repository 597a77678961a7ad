"""From CSV files to every table of the published study, with pictures: open as a notebook, or run whole.

Run from the repository's root: `python -m docs.quickstart [FOLDER] [PICTURES]`. FOLDER holds the files of
docs/data-layout.md; without one it is the simulated study in tests/reference/five_municipalities. The
pictures go to build/quickstart. `# %%` starts a cell in VS Code, Spyder, PyCharm and Jupyter (jupytext).
"""

# %% What is used
import csv
import sys
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from services.analytics.methods.alpha_bootstrap import alpha_interval
from services.analytics.methods.ancova import ancova
from services.analytics.methods.arms import two_arms
from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.association import leadership_to_rk, rk_to_citizen
from services.analytics.methods.contamination import contamination
from services.analytics.methods.cube import Cube, merge, rectangular, round_robin, tally
from services.analytics.methods.did import difference_in_differences
from services.analytics.methods.did_mixed import mixed_difference_in_differences
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.effect_size import Outcome, hedges_g
from services.analytics.methods.factors_confirmatory import Confirmatory, confirm, omega
from services.analytics.methods.factors_sample import sample_of
from services.analytics.methods.icc import one_way
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.mixed_models import mixed_model
from services.analytics.methods.moderation import moderated_slope, more_units_than
from services.analytics.methods.path import path_effects
from services.analytics.methods.permutation import permutation_test
from services.analytics.methods.person_forms import form_score, form_scores
from services.analytics.methods.pooled import pooled_scores
from services.analytics.methods.power import Spread, power_of_moderator, power_of_slope
from services.analytics.methods.reallocation import MonteCarlo, Statistic
from services.analytics.methods.reliability import reliability
from services.analytics.methods.resampling import drawn_sums
from services.analytics.methods.response import response_of
from services.analytics.methods.results import Estimate, Quantity
from services.analytics.methods.scores import RK_SUB_SCORES, given_scores, mean_of_dyads
from services.analytics.methods.social_relations import pooled_anova
from services.analytics.methods.social_relations_reml import pooled_reml

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "tests/reference/five_municipalities")
PICTURES = Path(sys.argv[2] if len(sys.argv) > 2 else "build/quickstart")
PICTURES.mkdir(parents=True, exist_ok=True)
SEED = 20_261_121  # stored with every result that draws
DIMENSIONS = (
    "knowledge sharing",
    "mutual knowledge",
    "holistic orientation",
    "problem solving",
    "innovation",
    "mutual respect",
)


def show(name: str, held: Estimate | Quantity) -> None:
    """Print a number with its uncertainty, or why there is none."""
    value = held if isinstance(held, Quantity) else held.value
    if value.value is None:
        print(f"  {name:46} none: {value.reason}")
    elif isinstance(held, Quantity) or held.interval.low is None or held.df.value is None:
        print(f"  {name:46} {value.value:8.3f}")
    else:
        interval = f"[{held.interval.low:.3f}, {held.interval.high:.3f}]"
        p = "p < .0001" if (held.p.value or 0) < 1e-4 else f"p = {held.p.value:.4f}"
        print(f"  {name:46} {value.value:8.3f}  {interval}  {p}  df {held.df.value:.1f}")


def number(held: Quantity) -> float:
    """Return the value for arrays and axes, where NaN means missing."""
    return float("nan") if held.value is None else held.value


# %% Read the files: one cube (respondents x subjects x items) per case and wave, axes sorted by id
def table(name: str) -> list[dict[str, str]]:
    """Return a file's rows."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MISSING = {"": 0, "DK": -1, "DW": -2}  # not answered, don't know, doesn't work with this one


def codes(row: dict[str, str], letter: str, items: int) -> list[int]:
    """Return a row's answers as codes."""
    answers = [row[f"{letter}{at}"] for at in range(1, items + 1)]
    return [MISSING[one] if one in MISSING else int(one) for one in answers]


WAVES = ("1", "2")
cases = sorted(table("cases"), key=lambda row: row["case_id"])
names = [row["case_id"] for row in cases]
arm = np.array([int(row["arm"]) for row in cases])
strata = [row["municipality_id"] for row in cases]
units = [int(row["n_units"]) for row in cases]
members = {
    case: sorted(row["professional_id"] for row in table("members") if row["case_id"] == case)
    for case in names
}


def network(wave: str) -> list[Cube]:
    """Return every case's cube of one wave."""
    cells = {case: np.zeros((len(members[case]), len(members[case]), 6), dtype=np.int8) for case in names}
    for row in table("rk"):
        own = members[row["case_id"]]
        if row["wave"] == wave:
            pair = own.index(row["rater_id"]), own.index(row["target_id"])
            cells[row["case_id"]][pair] = codes(row, "i", 6)
    return [round_robin(cells[case]) for case in names]


def forms(name: str, letter: str, items: int, wave: str) -> tuple[list[dict[str, str]], Cube]:
    """Return one wave's rows of a one-subject form, and their answers as a cube."""
    rows = [row for row in table(name) if row["wave"] == wave]
    rows.sort(key=lambda row: (row["case_id"], row.get("respondent_id", "")))
    return rows, rectangular([[codes(row, letter, items)] for row in rows])


cubes = {wave: network(wave) for wave in WAVES}
rk = {
    wave: np.array([number(mean_of_dyads(dyads_of(cube)).value) for cube in cubes[wave]]) for wave in WAVES
}
leadership = {wave: forms("leadership", "l", 7, wave) for wave in WAVES}
citizen_forms = {wave: forms("citizen", "c", 5, wave) for wave in WAVES}


def by_case(rows: list[dict[str, str]], cube: Cube) -> FloatArray:
    """Return the mean score of each case's forms; NaN without one."""
    held = []
    for case in names:
        own = [at for at, row in enumerate(rows) if row["case_id"] == case]
        held.append(number(form_score(rectangular(cube.cells[own]), {}).overall.value))
    return np.array(held)


def rows_by_case(rows: list[dict[str, str]], cube: Cube) -> list[FloatArray]:
    """Return each case's forms, rows x items."""
    own = [[at for at, row in enumerate(rows) if row["case_id"] == case] for case in names]
    return [rectangular(cube.cells[places]).rows() for places in own if places]


citizen = {wave: by_case(*citizen_forms[wave]) for wave in WAVES}
led = {wave: by_case(*leadership[wave]) for wave in WAVES}

# %% Table 1: who answered. Every network result stands on its response tier
print("Table 1. Response")
for wave in WAVES:
    counts = merge(tuple(tally(cube) for cube in cubes[wave]))
    tiers = [response_of(cube).tier for cube in cubes[wave]]
    print(f" wave {wave}: {len(names)} cases, tiers", {t.value: tiers.count(t) for t in set(tiers) if t})
    show("don't-know rate, of answered cells", counts.dont_know_rate)
    show("missing rate, of asked cells", counts.missing_rate)

# %% Table 2: relational capacity. Three means, three names
print("Table 2. Relational capacity (RK), 1..5")
bars = {}
for wave in WAVES:
    pooled = pooled_scores(cubes[wave])
    bars[wave] = [number(item.value) for item in pooled.dimensions]
    print(f" wave {wave}: {pooled.cases} cases, {pooled.mean_of_dyads.dyads} dyads")
    show("mean of case scores (primary)", pooled.mean_of_cases)
    show("  their standard deviation", pooled.sd_of_cases)
    show("mean of all dyad means", pooled.mean_of_dyads.value)
    show("mean of all answers", pooled.pooled_cells.value)
    for name, value in zip(DIMENSIONS, bars[wave], strict=True):
        print(f"    {name:43} {value:8.3f}")

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
for at, (wave, colour) in enumerate(zip(WAVES, ("#9db4c0", "#253237"), strict=True)):
    places = np.arange(6) + 0.4 * at - 0.2
    axes.bar_label(
        axes.bar(places, bars[wave], 0.38, label=f"wave {wave}", color=colour), fmt="%.2f", fontsize=8
    )
axes.set(ylim=(1, 5), ylabel="mean of all answers (1..5)", title="Relational capacity by dimension")
axes.set_xticks(range(6), [name.replace(" ", "\n") for name in DIMENSIONS])
axes.legend()
figure.savefig(PICTURES / "dimensions.png", dpi=110)

# %% Table 3: reliability. Rows are dyads, so the interval resamples cases
print("Table 3. Reliability")
for name, rows in (
    ("RK, dyads", [cube.rows() for cube in cubes["1"]]),
    ("leadership, respondents by case", rows_by_case(*leadership["1"])),
    ("citizen, informants", [citizen_forms["1"][1].rows()]),
):
    found = reliability(np.vstack(rows))
    print(f" {name}: {found.listwise.rows} complete rows")
    show("alpha, listwise", found.listwise.alpha)
    show("alpha, pairwise", found.pairwise.alpha)
    show("omega, one factor", omega(sample_of(np.vstack(rows))))
    if len(rows) > 1:
        drawn = alpha_interval(rows, np.random.default_rng(SEED))
        print(
            f"    95 % over cases, seed {SEED}: [{drawn.percentile.low:.3f}, {drawn.percentile.high:.3f}]"
        )
    else:
        print(f"    95 % (Feldt): [{found.feldt.low:.3f}, {found.feldt.high:.3f}]")

sample = sample_of(np.vstack([cube.rows() for cube in cubes["1"]]))
for name, groups in (("one factor", [range(6)]), ("orientation and behaviour", RK_SUB_SCORES.values())):
    model = confirm(sample, [list(group) for group in groups])
    if isinstance(model, Confirmatory):
        print(
            f" CFA, {name}: chi2({number(model.fit.chi_square.df):.0f}) =",
            f"{number(model.fit.chi_square.statistic):.1f} (rows taken as independent: too large)",
        )
        show("CFI", model.fit.cfi)
        show("RMSEA", model.fit.rmsea)
        show("SRMR", model.fit.srmr)

# %% Table 4: leadership -> RK. Employees recur over cases and share leaders: cluster
print("Table 4. Leadership -> RK, wave 1, respondents by case")
answers, leading = leadership["1"]
given = {
    (case, person): number(score.value)
    for case, own in zip(names, cubes["1"], strict=True)
    for person, score in zip(members[case], given_scores(dyads_of(own)), strict=True)
}
x = np.array([number(score.value) for score in form_scores(leading)])
y = np.array([given[row["case_id"], row["respondent_id"]] for row in answers])
of_case, of_leader = [row["case_id"] for row in answers], [row["leader_id"] for row in answers]
relation = leadership_to_rk(x, y, of_case, of_leader)
print(f" {relation.n} rows, {relation.cases} cases, {relation.leaders} leaders")
show("slope, CR2 by case", relation.by_case.slope)
show("slope, CR2 by leader", relation.by_leader.slope)
show("slope, CR2 two-way", relation.two_way.slope)
there = ~np.isnan(x)
grouped = {"case": np.array(of_case)[there], "leader": np.array(of_leader)[there]}
show(
    "slope, mixed model (case, leader)", mixed_model(y[there], design_of(x[there]), grouped).coefficients[1]
)
show("10 % of the scale's range more: % of RK's range", relation.percent.scale_range)
show("10 % more relative to the means: % of RK", relation.percent.relative_to_means)

figure, axes = plt.subplots(figsize=(6, 5), layout="constrained")
axes.scatter(x, y, s=14, alpha=0.45, color="#253237", label="employee on a case")
line = np.array([1.0, 5.0])
slope, intercept = number(relation.by_case.slope.value), number(relation.by_case.intercept.value)
axes.plot(line, intercept + slope * line, color="#c8553d", label=f"slope {slope:.2f}, CR2 by case")
axes.set(
    xlim=(1, 5),
    ylim=(1, 5),
    xlabel="leadership (1..5)",
    ylabel="given RK (1..5)",
    title="Leadership and relational capacity, wave 1",
)
axes.legend()
figure.savefig(PICTURES / "leadership.png", dpi=110)

# %% Table 5: RK -> citizen, and whether more than five units change it. n is small: look at the power
print("Table 5. RK -> citizen, wave 1, cases")
quality = rk_to_citizen(rk["1"], citizen["1"])
show("slope, HC3", quality.regression.slope)
many = more_units_than(units)
moderated = moderated_slope(rk["1"], citizen["1"], many)
show("slope, up to five units", moderated.slope_without)
show("slope, more than five units", moderated.slope_with)
show("difference of slopes", moderated.interaction)
both = ~np.isnan(rk["1"] + citizen["1"])
fitted = number(quality.regression.intercept.value) + number(quality.regression.slope.value) * rk["1"][both]
left = float(np.sqrt(((citizen["1"][both] - fitted) ** 2).sum() / (both.sum() - 2)))
spread = Spread(float(rk["1"][both].std(ddof=1)), left)
show("power for a slope of 0.4", power_of_slope(0.4, spread, quality.n))
sides = int(many[both].sum()), int((~many[both]).sum())
show("power for slopes that differ by 0.4", power_of_moderator(0.4, spread, *sides))
generator = np.random.default_rng(SEED)
path = path_effects(led["1"], rk["1"], citizen["1"], lambda held: drawn_sums(held, 2_000, generator))
show("leadership -> RK -> citizen, indirect part", path.indirect.value)
ends = path.indirect.percentile.low or np.nan, path.indirect.percentile.high or np.nan
print(f"    95 % over cases, seed {SEED}: [{ends[0]:.3f}, {ends[1]:.3f}]")

figure, axes = plt.subplots(figsize=(6, 5), layout="constrained")
for side, colour, name, line_of in (
    (~many, "#5c8001", "up to five units", moderated.slope_without),
    (many, "#c8553d", "more than five units", moderated.slope_with),
):
    kept = side & both
    axes.scatter(rk["1"][kept], citizen["1"][kept], s=22, color=colour, alpha=0.7)
    edges = np.array([rk["1"][kept].min(), rk["1"][kept].max()])
    level = citizen["1"][kept].mean() + number(line_of.value) * (edges - rk["1"][kept].mean())
    axes.plot(edges, level, color=colour, label=f"{name}: slope {number(line_of.value):.2f}")
axes.set(
    xlabel="case score, RK (1..5)", ylabel="citizen score (1..5)", title="RK and citizen quality, wave 1"
)
axes.legend()
figure.savefig(PICTURES / "citizen.png", dpi=110)

# %% Table 6: the intervention. The test is that of the difference, never whether two intervals overlap
print("Table 6. Effect of the intervention on case scores")
effect = ancova(rk["2"], rk["1"], arm, strata)
after = two_arms(rk["2"], arm)
show("ANCOVA on pre and stratum, HC2 (primary)", effect.effect)
show("Lin: with interactions, HC2", effect.lin_effect)
show("difference after, Welch", after.difference)
show("  intervention arm after", after.intervention.mean)
show("  control arm after", after.control.mean)
show("  Hedges' g, post", hedges_g(rk["2"], arm, Outcome.POST).g)
waves = np.repeat([0, 1], len(names))
change = difference_in_differences(
    np.concatenate([rk["1"], rk["2"]]), np.tile(arm, 2), waves, np.tile(names, 2)
)
show("difference in differences, cases", change.aggregate)
show("  change of the control arm (drift)", change.control_change)
below = [
    (number(score.value), arm[at], int(wave == "2"), case, person)
    for wave in WAVES
    for at, case in enumerate(names)
    for person, score in zip(members[case], given_scores(dyads_of(cubes[wave][at])), strict=True)
]
outcome, arms, late, case_of, raters = (np.array(one) for one in zip(*below, strict=True))
show(
    "difference in differences, mixed, case:wave",
    mixed_difference_in_differences(outcome, arms, late, case_of, raters).effect,
)
chance = MonteCarlo(np.random.default_rng(SEED), 9_999)
test = permutation_test(rk["2"] - rk["1"], arm, strata, Statistic.WITHIN_STRATA, chance)
show(f"permutation in municipalities, p ({test.assignments.value})", test.p_two_sided)
seats = [(person, case, arm[at]) for at, case in enumerate(names) for person in members[case]]
shared = contamination(*(np.array(one) for one in zip(*seats, strict=True)))
show("professionals in cases of both arms", shared.share)

figure, (first, second) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained", width_ratios=[2, 1])
for which, name, colour in ((1, "intervention", "#c8553d"), (0, "control", "#253237")):
    means = [two_arms(rk[wave], arm) for wave in WAVES]
    held = [one.intervention.mean if which else one.control.mean for one in means]
    middle = np.array([number(one.value) for one in held])
    half = [middle[at] - (one.interval.low or np.nan) for at, one in enumerate(held)]
    first.errorbar(
        np.array([1, 2]) + 0.03 * which, middle, half, fmt="o-", capsize=4, color=colour, label=name
    )
first.set(title="Mean of case scores, 95 % each", ylabel="RK (1..5)")
first.set_xticks([1, 2], ["before", "after"])
first.legend()
for at, one in enumerate((effect.effect, after.difference, change.aggregate)):
    value = number(one.value)
    second.errorbar(
        [value], [2 - at], xerr=value - (one.interval.low or np.nan), fmt="s", capsize=4, color="#253237"
    )
second.axvline(0, color="grey", linewidth=0.8)
second.set_yticks([2, 1, 0], ["ANCOVA", "Welch, after", "diff. in diff."])
second.set(ylim=(-0.6, 2.6), title="The difference, 95 %", xlabel="scale points")
figure.savefig(PICTURES / "effect.png", dpi=110)

# %% Table 7: where the differences lie: between cases, raters, rated or pairs
print("Table 7. Social relations, wave 1")
matrices = [dyads_of(cube).means for cube in cubes["1"]]
relations = pooled_reml(matrices)
complete = pooled_anova(matrices)
print(f" REML: {relations.cases} cases, {relations.dyads} dyads; ANOVA: {complete.cases} complete cases")
for name in ("group", "actor", "partner", "relationship", "actor_partner", "dyadic"):
    show(f"{name}, REML", getattr(relations, name))
for name in ("group", "actor", "partner", "relationship"):
    show(f"share of {name}", getattr(relations.shares, name))
values = np.concatenate([matrix[~np.isnan(matrix)] for matrix in matrices])
owner = np.repeat(names, [int((~np.isnan(matrix)).sum()) for matrix in matrices])
variation = one_way(values, owner)
show("ICC(1) of dyad means in cases", variation.icc1_usual_size)
show("ICC(2)", variation.icc2)

largest = max(range(len(names)), key=lambda at: len(members[names[at]]))
figure, axes = plt.subplots(figsize=(6, 5), layout="constrained")
image = axes.imshow(matrices[largest], cmap="YlGnBu", vmin=1, vmax=5)
for (i, j), value in np.ndenumerate(matrices[largest]):
    if not np.isnan(value):
        axes.text(
            j,
            i,
            f"{value:.1f}",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if value > 3.6 else "black",
        )
axes.set(xlabel="rated", ylabel="rating", title=f"Who gives whom what: the largest case ({names[largest]})")
figure.colorbar(image, label="dyad mean (1..5)")
figure.savefig(PICTURES / "matrix.png", dpi=110)
plt.close("all")
print(f"pictures: {', '.join(sorted(path.name for path in PICTURES.glob('*.png')))} in {PICTURES}")
