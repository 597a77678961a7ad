"""What is held of a tenant: what is worked out of it is worked out once."""

from services.analytics.projection.holdings import Holdings


class TestDerived:
    def test_is_worked_out_once_for_each_key(self) -> None:
        held, asked = Holdings("1", {}), []

        def work_out() -> int:
            asked.append(1)
            return len(asked)

        assert [held.derived("one", work_out), held.derived("one", work_out)] == [1, 1]
        assert held.derived("other", work_out) == 2

    def test_is_of_these_holdings_alone(self) -> None:
        first, second = Holdings("1", {}), Holdings("2", {})
        assert (first.derived("one", lambda: "first"), second.derived("one", lambda: "second")) == (
            "first",
            "second",
        )

    def test_nothing_is_something_too(self) -> None:
        held = Holdings("1", {})
        assert held.derived("one", lambda: None) is None
        assert held.derived("one", lambda: "never") is None
