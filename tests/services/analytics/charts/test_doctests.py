"""The examples in the docstrings of charts are what the code does."""

import doctest
from types import ModuleType

import pytest

from services.analytics.charts import circle, palette, wording


@pytest.mark.parametrize("module", [circle, palette, wording], ids=lambda each: each.__name__)
def test_examples_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.failed == 0
    assert found.attempted > 0
