"""Draws: the published sequence, and the shapes they promise."""

from statistics import mean, stdev

from deploy.local.sample.draw import Draw


class TestDraw:
    def test_it_is_the_published_generator(self) -> None:
        # The first output of SplitMix64 from state 0 is 0xE220A8397B1DCDAF.
        assert Draw(0).uniform() == (0xE220A8397B1DCDAF >> 11) / 2**53

    def test_the_same_seed_gives_the_same(self) -> None:
        first, second, other = Draw(7), Draw(7), Draw(8)
        drawn = [first.normal(1.0) for _ in range(20)]
        assert drawn == [second.normal(1.0) for _ in range(20)]
        assert drawn != [other.normal(1.0) for _ in range(20)]

    def test_normal_draws_have_the_spread_asked_for(self) -> None:
        draw = Draw(1)
        drawn = [draw.normal(0.5) for _ in range(4000)]
        assert abs(mean(drawn)) < 0.03
        assert abs(stdev(drawn) - 0.5) < 0.03

    def test_chance_happens_as_often_as_asked(self) -> None:
        draw = Draw(2)
        assert abs(sum(draw.chance(0.2) for _ in range(4000)) / 4000 - 0.2) < 0.03

    def test_a_shuffle_keeps_everything(self) -> None:
        draw = Draw(3)
        orders = {tuple(draw.shuffled("abc")) for _ in range(200)}
        assert len(orders) == 6
        assert all(sorted(order) == ["a", "b", "c"] for order in orders)
