"""The drawing of arms: balanced, blind to the order of the list, and the same in any language."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.studies.allocation import LARGEST_SEED, Lottery

DOCUMENT = Path(__file__).parents[4] / "docs/groups-and-studies.md"
ARMS = ("intervention", "control", "third", "fourth")
SEEDS = st.integers(0, LARGEST_SEED)
LOTTERIES = st.builds(
    Lottery, st.uuids(), SEEDS, st.integers(2, len(ARMS)).map(lambda number: ARMS[:number])
)
CASES = st.lists(st.uuids(), unique=True, max_size=60)
STRATA = st.sampled_from(["", "0766", "0730", "complex"])


def unevenness(arms: list[str], known: tuple[str, ...]) -> int:
    """Return by how much the fullest arm has more than the emptiest."""
    counted = Counter(dict.fromkeys(known, 0)) + Counter()
    counted.update(arms)
    sizes = [counted[arm] for arm in known]
    return max(sizes) - min(sizes)


class TestLottery:
    @given(lottery=LOTTERIES, cases=CASES, stratum=STRATA)
    def test_arms_are_equal_in_each_full_block_and_differ_by_one_at_most(
        self, lottery: Lottery, cases: list[UUID], stratum: str
    ) -> None:
        drawn = lottery.allocate(cases, stratum)
        arms = [drawn[case] for case in lottery.ordered(cases)]
        size = len(lottery.arms)
        for start in range(0, len(arms) - size + 1, size):
            assert set(arms[start : start + size]) == set(lottery.arms)
        for taken in range(len(arms) + 1):
            assert unevenness(arms[:taken], lottery.arms) <= 1

    @given(lottery=LOTTERIES, cases=CASES, stratum=STRATA, cuts=st.lists(st.integers(0, 60), max_size=4))
    def test_stays_balanced_over_several_draws(
        self, lottery: Lottery, cases: list[UUID], stratum: str, cuts: list[int]
    ) -> None:
        arms: list[str] = []
        for start, end in pairwise(sorted([0, *cuts, len(cases)])):
            arms += lottery.allocate(cases[start:end], stratum, taken=len(arms)).values()
        assert unevenness(arms, lottery.arms) <= 1

    @given(lottery=LOTTERIES, cases=CASES, stratum=STRATA, data=st.data())
    def test_neither_the_list_nor_the_order_of_arms_matters(
        self, lottery: Lottery, cases: list[UUID], stratum: str, data: st.DataObject
    ) -> None:
        shuffled = data.draw(st.permutations(cases))
        arms = tuple(data.draw(st.permutations(lottery.arms)))
        again = Lottery(lottery.study, lottery.seed, arms)
        assert again.allocate(shuffled, stratum) == lottery.allocate(cases, stratum)

    def test_every_arm_is_as_likely_for_a_case(self) -> None:
        case, cases, study = uuid4(), [uuid4() for _ in range(4)], uuid4()
        drawn = Counter(
            Lottery(study, seed, ARMS[:2]).allocate([case, *cases])[case] for seed in range(4000)
        )
        # Four standard deviations of a fair coin.
        assert abs(drawn["control"] - 2000) < 4 * 32

    def test_seed_study_stratum_and_block_all_matter(self) -> None:
        cases, study = [uuid4() for _ in range(40)], uuid4()
        drawn = Lottery(study, 1, ARMS[:2]).allocate(cases, "0766")
        assert Lottery(study, 2, ARMS[:2]).allocate(cases, "0766") != drawn
        assert Lottery(uuid4(), 1, ARMS[:2]).allocate(cases, "0766") != drawn
        assert Lottery(study, 1, ARMS[:2]).allocate(cases, "0730") != drawn
        blocks = {tuple(Lottery(study, 1, ARMS[:2]).block("", number)) for number in range(20)}
        assert len(blocks) == 2

    def test_takes_two_or_more_distinct_arms(self) -> None:
        for arms in ((), ("control",), ("control", "control")):
            with pytest.raises(ValueError, match="distinct arms"):
                Lottery(uuid4(), 1, arms)


class TestPublishedExample:
    def test_is_what_the_document_says(self) -> None:
        text = DOCUMENT.read_text(encoding="utf-8")
        study = UUID(found(r"study\s+`([0-9a-f-]{36})`", text))
        seed, stratum = int(found(r"seed `(\d+)`", text)), found(r"stratum `(\d{4})`", text)
        lines = re.findall(
            r"^\| `([0-9a-f-]{36})` \| `([0-9a-f]{8})…` \| \d+ \| `([a-z-]+)` \|$", text, re.M
        )
        lottery = Lottery(study, seed, ARMS[:2])
        assert len(lines) == 5
        printed = {UUID(case): arm for case, _, arm in lines}
        assert lottery.allocate(printed, stratum) == printed
        assert lottery.ordered(printed) == list(printed)
        assert [draw for _, draw, _ in lines] == sorted(draw for _, draw, _ in lines)


def found(pattern: str, text: str) -> str:
    """Return what a pattern's group holds."""
    match = re.search(pattern, text)
    assert match is not None, pattern
    return match.group(1)
