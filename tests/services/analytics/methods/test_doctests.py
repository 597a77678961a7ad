"""Every example in the methods' docstrings runs, and every module with functions has one."""

import doctest
import pkgutil
from importlib import import_module

import pytest

from services.analytics import methods

MODULES = sorted(module.name for module in pkgutil.iter_modules(methods.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    outcome = doctest.testmod(import_module(f"{methods.__name__}.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
