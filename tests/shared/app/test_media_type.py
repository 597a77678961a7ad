"""The form of an answer is chosen by what the caller accepts."""

import pytest

from shared.app.media_type import media_type_for
from shared.errors import Problem

OFFERED = ["text/csv", "application/json", "application/graphml+xml"]


class TestMediaTypeFor:
    @pytest.mark.parametrize(
        ("accepted", "chosen"),
        [
            (None, "text/csv"),
            ("", "text/csv"),
            (" , ", "text/csv"),
            ("text/csv; q = 0.5, application/json;q=7", "application/json"),
            ("text/csv;q=0.5,application/json;q=nan", "text/csv"),
            ("*/*", "text/csv"),
            ("application/json", "application/json"),
            ("Application/JSON; charset=utf-8", "application/json"),
            ("application/*", "application/json"),
            ("text/csv;q=0.2, application/*;q=0.1, application/graphml+xml", "application/graphml+xml"),
            ("text/csv;q=0, */*;q=0.1", "application/json"),
            ("image/png, */*;q=0.1", "text/csv"),
            ("text/csv; q=0.5 ,application/json; q=0.6", "application/json"),
        ],
    )
    def test_the_weightiest_is_chosen(self, accepted: str | None, chosen: str) -> None:
        assert media_type_for(accepted, OFFERED) == chosen

    @pytest.mark.parametrize(
        "accepted",
        [
            "image/png",
            "text/csv;q=0",
            "text/x-csv",
            "text/csv;q=much",
            "*/*;q=0",
            "text/csv;q=inf",
            "text",
            "application/js",
        ],
    )
    def test_what_there_is_not_is_refused_with_what_there_is(self, accepted: str) -> None:
        with pytest.raises(Problem) as refusal:
            media_type_for(accepted, OFFERED)
        assert refusal.value.fault.status == 406
        assert refusal.value.headers == {"Vary": "Accept"}
        assert all(each in refusal.value.errors[0].detail for each in OFFERED)
