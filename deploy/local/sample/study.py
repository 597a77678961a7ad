"""Owns the sample study as a whole: its seed, its waves, and how the parts make one data set."""

from datetime import date

from deploy.local.dataset.rows import Dataset, Wave
from deploy.local.sample.answering import draw_answers
from deploy.local.sample.caseload import build_caseload
from deploy.local.sample.draw import Draw
from deploy.local.sample.organisation import MUNICIPALITIES, leaders_by_team, units

NAME = "sample-municipality"
# Chosen among many because its figures come near the published ones: this is an illustration.
SEED = 1106

WAVES = (
    Wave(1, "baseline", date(2018, 10, 1), date(2018, 11, 2)),
    Wave(2, "follow-up", date(2019, 3, 4), date(2019, 4, 5)),
)


def build_study(seed: int = SEED) -> Dataset:
    """The whole sample; the same for the same seed."""
    draw = Draw(seed)
    leaders = leaders_by_team()
    caseload = build_caseload(draw, leaders)
    answers = draw_answers(draw, caseload)
    return Dataset(
        name=NAME,
        municipalities=MUNICIPALITIES,
        units=units(),
        leaders=tuple(leaders.values()),
        professionals=caseload.professionals,
        waves=WAVES,
        cases=caseload.cases,
        involvements=caseload.involvements,
        members=caseload.members,
        rk=answers.rk,
        leadership=answers.leadership,
        citizen=answers.citizen,
    )
