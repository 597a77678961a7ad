"""The sample study: the shape of the published one, and the committed files byte for byte."""

import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean, stdev

import pytest

from deploy.local.dataset import rows
from deploy.local.dataset.folder import read_folder
from deploy.local.dataset.personal_numbers import holds_personal_number
from deploy.local.dataset.rows import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED, Dataset, Role
from deploy.local.sample.study import build_study
from deploy.local.sample.writing import write_folder
from tests.deploy.local.sample import figures

ROOT = Path(__file__).parents[4]
COMMITTED = ROOT / "deploy" / "local" / "sample-municipality"
WAVES = (1, 2)


@pytest.fixture(scope="module")
def study() -> Dataset:
    return build_study()


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def authorities(study: Dataset) -> Counter[str]:
    return Counter(row.case for row in study.involvements if row.role is Role.AUTHORITY)


class TestCommittedFiles:
    def test_generating_again_gives_the_same_bytes(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, "-m", "deploy.local.sample", str(tmp_path)], cwd=ROOT, check=True)
        assert files_of(tmp_path) == files_of(COMMITTED)
        assert len(files_of(COMMITTED)) == 11

    def test_another_seed_gives_others(self, tmp_path: Path) -> None:
        write_folder(build_study(seed=1), tmp_path)
        assert files_of(tmp_path)["rk.csv"] != files_of(COMMITTED)["rk.csv"]

    def test_reading_them_gives_the_study(self, study: Dataset) -> None:
        reading = read_folder(COMMITTED)
        assert reading.findings == ()
        assert reading.dataset == study

    def test_nothing_in_them_looks_like_a_person(self) -> None:
        for name, content in files_of(COMMITTED).items():
            assert not holds_personal_number(content.decode().replace(",", " x ")), name


class TestSize:
    def test_it_is_that_of_the_published_study(self, study: Dataset) -> None:
        assert {one.name: one.code for one in study.municipalities} == {
            "Hedensted": "0766",
            "Haderslev": "0510",
            "Randers": "0730",
            "Rødovre": "0175",
            "Stevns": "0336",
        }
        assert len(study.cases) == 54
        assert len(study.professionals) == 215
        assert len(study.leaders) == 49
        assert Counter(case.arm for case in study.cases) == {0: 27, 1: 27}
        assert [wave.number for wave in study.waves] == [1, 2]

    def test_everyone_has_a_part_in_it(self, study: Dataset) -> None:
        members = {member.professional for member in study.members}
        leaders = {member.leader for member in study.members} - {None}
        assert members == {professional.id for professional in study.professionals}
        assert leaders == {leader.id for leader in study.leaders}

    def test_only_a_gp_has_no_leader(self, study: Dataset) -> None:
        groups = {one.group for one in study.professionals if one.leader is None}
        assert groups == {"Praktiserende læge"}

    def test_cases_have_three_to_eight_units_and_some_are_complex(self, study: Dataset) -> None:
        number = {case.id: case.n_units or 0 for case in study.cases}
        assert {min(number.values()), max(number.values())} == {3, 8}
        complex_cases = {case for case in number if number[case] >= 5 and authorities(study)[case] >= 2}
        assert 20 <= len(complex_cases) <= 40
        assert any(authorities(study)[case] < 2 for case in number if number[case] >= 5)

    def test_every_kind_of_answer_is_there(self, study: Dataset) -> None:
        answers = Counter(answer for row in study.rk for answer in row.answers)
        total = sum(answers.values())
        assert set(answers) == {DONT_WORK_WITH, DONT_KNOW, NOT_ANSWERED, 1, 2, 3, 4, 5}
        assert 0.02 < answers[DONT_KNOW] / total < 0.1
        assert 0.05 < answers[NOT_ANSWERED] / total < 0.2


class TestFigures:
    @pytest.mark.parametrize("wave", WAVES)
    def test_better_led_professionals_rate_the_collaboration_higher(
        self, study: Dataset, wave: int
    ) -> None:
        assert 0.5 <= figures.slope(figures.leadership_and_rk(study, wave)) <= 0.7

    @pytest.mark.parametrize("wave", WAVES)
    def test_citizens_feel_the_collaboration(self, study: Dataset, wave: int) -> None:
        assert 0.3 <= figures.slope(figures.rk_and_citizen(study, wave)) <= 0.5

    @pytest.mark.parametrize("wave", WAVES)
    def test_every_instrument_is_consistent(self, study: Dataset, wave: int) -> None:
        forms: list[list[tuple[int, ...]]] = [
            [row.answers for row in study.rk if row.wave == wave],
            [row.answers for row in study.leadership if row.wave == wave],
            [row.answers for row in study.citizen if row.wave == wave],
        ]
        assert [len(form[0]) for form in forms] == [
            len(rows.RK_ITEMS),
            len(rows.LEADERSHIP_ITEMS),
            len(rows.CITIZEN_ITEMS),
        ]
        assert all(figures.alpha(form) > 0.7 for form in forms)

    def test_the_intervention_helps_and_the_control_group_falls(self, study: Dataset) -> None:
        arm = {case.id: case.arm for case in study.cases}
        means: dict[tuple[int | None, int], float] = {}
        for wave in WAVES:
            scores = figures.case_scores(study, wave)
            for side in (0, 1):
                means[side, wave] = mean(scores[case] for case in scores if arm[case] == side)
        assert means[1, 2] - means[1, 1] > 0.5
        assert -0.5 < means[0, 2] - means[0, 1] < 0

    def test_cases_vary_widely_from_the_start(self, study: Dataset) -> None:
        assert stdev(figures.case_scores(study, 1).values()) > 0.5

    def test_three_cases_alike_on_paper_differ_strongly(self, study: Dataset) -> None:
        alike: dict[tuple[str, int | None, int], list[list[float]]] = defaultdict(list)
        for case in study.cases:
            key = (case.municipality, case.n_units, authorities(study)[case.id])
            alike[key].append(figures.dimension_means(study, case.id, 1))
        low, middle, high = sorted(alike["roedovre", 5, 2])
        assert all(below + 0.4 < above for below, above in zip(low, middle, strict=True))
        assert all(below + 0.4 < above for below, above in zip(middle, high, strict=True))

    def test_few_leaders_have_five_raters(self, study: Dataset) -> None:
        assert 18 <= figures.leaders_with_raters(study, 1, least=5) <= 20
