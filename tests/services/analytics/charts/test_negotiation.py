"""Forms by `Accept`: the most specific range decides, q=0 excludes, and what is odd is not accepted."""

import pytest

from services.analytics.charts.negotiation import chosen

SPEC, JSON, SVG = OFFERED = ("application/vnd.vegalite.v6+json", "application/json", "image/svg+xml")


@pytest.mark.parametrize(
    ("accepted", "form"),
    [
        (None, SPEC),
        ("", SPEC),
        ("*/*", SPEC),
        ("application/*", SPEC),
        ("application/json", JSON),
        ("Application/JSON; charset=utf-8", JSON),
        ("image/svg+xml", SVG),
        ("image/*;q=0.2, text/html", SVG),
        ("application/json;q=0.5, image/svg+xml;q=0.6", SVG),
        ("image/svg+xml;q=0.5, */*;q=0.4", SVG),
        ("*/*, application/vnd.vegalite.v6+json;q=0", JSON),
        ("application/*;q=0, */*", SVG),
        ("text/html", None),
        ("application/vnd.vegalite.v5+json", None),
        ("*/*;q=0", None),
        ("image/svg+xml;q=nan", None),
        ("image/svg+xml;q=high", None),
        (",;q=1,", SPEC),
    ],
)
def test_chooses(accepted: str | None, form: str | None) -> None:
    assert chosen(accepted, OFFERED) == form
