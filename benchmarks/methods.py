"""The methods against pingouin, statsmodels and plain loops, in one run, as ratios.

Run: `python -m benchmarks.methods [--full | --growth]`. Baselines that take long do a part of the work and
their time is scaled, which the table says; `--full` lets them do all of it. The growth of cost is drawn to
build/methods-growth.png (`--growth`: only that).
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from benchmarks.baselines_methods import alpha_by_loop, relations_by_loop
from benchmarks.baselines_packages import (
    alpha_by_pingouin,
    bootstrap_by_pingouin,
    frames_of,
    reml_by_statsmodels,
)
from benchmarks.rounds import Goal, Timing, in_turn, timed
from services.analytics.methods.alpha_bootstrap import alpha_interval, alpha_of_sums
from services.analytics.methods.bulk import Bucket, bucket_of
from services.analytics.methods.bulk_alpha import alpha_of_cubes, alpha_sums
from services.analytics.methods.bulk_pooled import round_robins_of_bucket
from services.analytics.methods.bulk_relations import relation_statistics
from services.analytics.methods.bulk_statistics import bulk_statistics
from services.analytics.methods.cube import round_robin
from services.analytics.methods.resampling import bootstrap, drawn_sums, drawn_weights
from services.analytics.methods.round_robin_sums import components_of
from services.analytics.methods.variance_components import one_way_reml

SHAPE = (8, 8, 6)
MANY, MEMORY = 400_000, 2**30
SIZES = (4_000, 40_000, 400_000, 4_000_000)
PICTURE = Path("build/methods-growth.png")
Row = tuple[Goal, Timing, str]


def main() -> None:
    """Measure everything and print it against the goals."""
    if "--memory" in sys.argv:
        print(memory_of_many())
        return
    if "--growth" in sys.argv:
        growth()
        return
    full = "--full" in sys.argv
    for goal, timing, note in [*alphas(full), *bootstraps(full), relations(), reml(), additive()]:
        shown = 1 / timing.ratio if goal.at_most else timing.ratio
        verdict = "reached" if goal.is_reached_by(shown) else "MISSED"
        bound = f"{'<=' if goal.at_most else '>='} {goal.ratio:,.0f}"
        times = f"ours {timing.ours * 1e3:9.2f} ms   other {timing.baseline * 1e3:11.1f} ms"
        print(f"{goal.name:44} {times}   x {shown:9,.1f} ({bound}) {verdict}  {note}", flush=True)
    peak = int(subprocess.check_output([sys.executable, "-m", "benchmarks.methods", "--memory"]))
    print(f"memory at {MANY:,} cubes, whole process: {peak / 1e6:,.0f} MB (<= {MEMORY / 1e6:,.0f})")
    clock, processor = (seconds * 1e3 for seconds in import_seconds())
    print(f"import of all methods beyond NumPy: {clock:.0f} ms (<= 50), processor {processor:.0f} ms")
    growth()


def random_cells(cases: int, seed: int) -> npt.NDArray[np.int8]:
    """Return complete round robins, cases first: a case's mean, a rater's bent and noise, rounded."""
    draws = np.random.default_rng(seed)
    centre = draws.normal(3.2, 0.4, (cases, 1, 1, 1)) + draws.normal(0, 0.5, (cases, SHAPE[0], 1, 1))
    noise = draws.normal(0, 0.8, (cases, *SHAPE))
    return np.clip(np.rint(centre + noise), 1, 5).astype(np.int8)


def raw_bucket(cases: int) -> Bucket:
    """Return round robins of uniform answers straight in the bucket's layout, 2 % don't-know."""
    draws = np.random.default_rng(7)
    cells = draws.integers(0, 50, (*SHAPE, cases), dtype=np.int8)
    np.floor_divide(cells, 10, out=cells, where=cells > 0)
    cells += 1
    some = draws.integers(0, cases, cases // 50)
    cells[0, 1, 2, some] = -1
    cells[np.diag_indices(SHAPE[0])] = -3
    return Bucket(cells, np.arange(cases), round_robin=True)


def alphas(full: bool) -> Iterator[Row]:
    """Alpha of 10,000 cubes, each for itself."""
    cells = random_cells(10_000, 1)
    bucket, part = bucket_of(cells), 10_000 if full else 1_000
    frames = frames_of(cells[:part])
    assert np.allclose(alpha_of_cubes(bucket)[:50], alpha_by_pingouin(frames[:50]), atol=1e-12)
    assert np.allclose(alpha_of_cubes(bucket)[:50], alpha_by_loop(cells[:50]), atol=1e-12)
    timing = in_turn(lambda: alpha_of_cubes(bucket), lambda: alpha_by_pingouin(frames), scale=10_000 / part)
    yield Goal("alpha of 10,000 cubes / pingouin", 1_000), timing, f"baseline {part:,} of 10,000 cubes"
    timing = in_turn(
        lambda: alpha_of_cubes(bucket), lambda: alpha_by_loop(cells[:part]), scale=10_000 / part
    )
    yield Goal("alpha of 10,000 cubes / NumPy loop", 1), timing, f"baseline {part:,} of 10,000 cubes"


def bootstraps(full: bool) -> Iterator[Row]:
    """2,000 resamples of 54 cases, alpha of each."""
    cells = random_cells(54, 2)
    bucket, draws = bucket_of(cells), 2_000 if full else 100
    frames, rows = frames_of(cells), [round_robin(case).rows() for case in cells]
    indices = np.random.default_rng(3).integers(0, 54, (draws, 54))
    statistics_of = alpha_sums(bucket)

    def drawn() -> object:
        return alpha_of_sums(drawn_sums(statistics_of, 2_000, np.random.default_rng(4)))

    def from_bytes() -> object:
        sums = alpha_sums(bucket)
        return bootstrap(sums, alpha_of_sums, drawn_sums(sums, 2_000, np.random.default_rng(4)))

    def from_rows() -> object:
        return alpha_interval(rows, np.random.default_rng(4), 2_000)

    note = f"baseline {draws:,} of 2,000 draws"
    for name, work in (
        ("draws alone", drawn),
        ("bytes to intervals", from_bytes),
        ("rows to intervals", from_rows),
    ):
        timing = in_turn(
            work, lambda: bootstrap_by_pingouin(frames, indices), times=20, scale=2_000 / draws
        )
        yield Goal(f"bootstrap of alpha, 54 cases ({name})", 1_000), timing, note
    weights = timed(lambda: drawn_weights(54, 2_000, np.random.default_rng(4)))
    print(f"  (drawing the 2,000 x 54 weights is {weights * 1e3:.2f} ms of it)")


def relations() -> Row:
    """Social relations of 10,000 complete cubes, from answers to components of each case."""
    cells = random_cells(10_000, 5)
    bucket = bucket_of(cells)

    def ours() -> npt.NDArray[np.float64]:
        return components_of(relation_statistics(bucket))

    assert np.allclose(ours()[:, :20].T, relations_by_loop(cells[:20]), atol=1e-10)
    slow = round_robins_of_bucket(bulk_statistics(bucket_of(cells[:20])))
    assert np.allclose(components_of(slow), ours()[:, :20], atol=1e-12)
    timing = in_turn(ours, lambda: relations_by_loop(cells[:2_000]), scale=5)
    return Goal("SRM of 10,000 cubes / NumPy loop", 50), timing, "baseline 2,000 of 10,000 cubes"


def reml() -> Row:
    """One random intercept over 10,000 groups of 2 to 8, from raw rows."""
    draws = np.random.default_rng(6)
    groups = np.repeat(np.arange(10_000), draws.integers(2, 9, 10_000))
    values = draws.normal(0, 0.5, 10_000)[groups] + draws.normal(0, 1, groups.size)
    found = one_way_reml(values, groups)
    own = [one.value or 0.0 for one in (found.between, found.within)]
    assert np.allclose(own, reml_by_statsmodels(values, groups), rtol=1e-3)
    timing = in_turn(
        lambda: one_way_reml(values, groups), lambda: reml_by_statsmodels(values, groups), rounds=3
    )
    return Goal("REML of 10,000 groups / statsmodels", 100), timing, "from raw rows"


def additive() -> Row:
    """All 60 additive statistics of 400,000 cubes, measured in sums over the same bytes."""
    bucket = raw_bucket(MANY)
    timing = in_turn(lambda: bulk_statistics(bucket), bucket.cells.sum, times=1)
    return Goal(f"60 statistics of {MANY:,} cubes, in .sum()s", 25, at_most=True), timing, ""


def memory_of_many() -> int:
    """Return the peak memory, in bytes, of a process that holds 400,000 cubes and their statistics."""
    bulk_statistics(raw_bucket(MANY))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def import_seconds() -> tuple[float, float]:
    """Return the median clock and processor time of importing every module of the methods after NumPy."""
    code = (
        "import importlib, pkgutil, time, numpy, numpy.typing, services.analytics.methods as methods\n"
        "names = [f'{methods.__name__}.{each.name}' for each in pkgutil.iter_modules(methods.__path__)]\n"
        "start = time.perf_counter(), time.thread_time()\n"
        "for name in names: importlib.import_module(name)\n"
        "print(time.perf_counter() - start[0], time.thread_time() - start[1])\n"
    )
    taken = []
    with TemporaryDirectory() as compiled:
        # A service finds its modules compiled, whatever this process was told about writing them.
        settings = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(22):
            told = subprocess.check_output([sys.executable, "-c", code], env=settings, text=True)
            taken.append([float(each) for each in told.split()])
    # The first run compiles; it doesn't count.
    clock, processor = (statistics.median(each) for each in zip(*taken[1:], strict=True))
    return clock, processor


def growth() -> None:
    """Print and draw the cost of all statistics from 4,000 to 4,000,000 cubes."""
    taken = []
    for size in SIZES:
        taken.append(_fastest(raw_bucket(size)))
        print(f"  {size:>9,} cubes  {taken[-1]:8.3f} s  {taken[-1] / size * 1e6:.2f} microseconds a cube")
    exponent = np.polyfit(np.log(SIZES), np.log(taken), 1)[0]
    print(f"cost grows with the number of cubes to the power {exponent:.3f}; drawn to {PICTURE}")
    _draw(taken)


def _fastest(bucket: Bucket) -> float:
    """Processor seconds: over half a minute the clock would also measure what else the machine does."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        bulk_statistics(bucket)
        taken.append(time.process_time() - start)
    return min(taken)


def _draw(taken: list[float]) -> None:
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.loglog(SIZES, taken, "o-", label="60 statistics, measured")
    line = [taken[1] * size / SIZES[1] for size in SIZES]
    axes.loglog(SIZES, line, "--", color="grey", label="exactly linear, through 40,000 cubes")
    axes.set(
        xlabel="cubes of 8 x 8 x 6",
        ylabel="processor seconds",
        title="Additive statistics: cost by number of cubes",
    )
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=120)


if __name__ == "__main__":
    main()
