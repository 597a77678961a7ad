"""What is remembered is what was kept, within the bound."""

from prometheus_client import REGISTRY

from services.analytics.resident.memo import Memo

_KB = 1_024


def size() -> float:
    return REGISTRY.get_sample_value("samspil_remembered_bytes") or 0.0


class TestMemo:
    def test_gives_what_was_kept_by_the_same_key_alone(self) -> None:
        memo = Memo[bytes](10 * _KB)
        memo.keep(("a", 1), b"first", 5)
        memo.keep(("a", 2), b"second", 6)
        assert [memo.get(key) for key in (("a", 1), ("a", 2), ("a", 3))] == [b"first", b"second", None]

    def test_the_least_recently_used_goes_first(self) -> None:
        memo = Memo[str](5 * _KB)
        for key in "abc":
            memo.keep(key, key, _KB)
        assert memo.get("a") == "a"
        memo.keep("d", "d", _KB)
        assert [memo.get(key) for key in "abcd"] == ["a", None, "c", "d"]
        assert 3 * _KB < size() <= 5 * _KB

    def test_what_is_kept_again_takes_its_place(self) -> None:
        memo = Memo[str](5 * _KB)
        for _ in range(10):
            memo.keep("a", "a", _KB)
        one = size()
        memo.keep("a", "b", 2 * _KB)
        assert (memo.get("a"), size()) == ("b", one + _KB)

    def test_what_is_too_much_alone_is_not_kept_and_drives_nothing_out(self) -> None:
        memo = Memo[str](2 * _KB)
        memo.keep("a", "a", _KB)
        memo.keep("b", "b", 2 * _KB)
        assert (memo.get("a"), memo.get("b")) == ("a", None)
