"""Importing the methods brings NumPy and the standard library; SciPy comes when it is asked for."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
EVERYTHING = """
import json, pkgutil, sys
from importlib import import_module
from services.analytics import methods
for module in pkgutil.iter_modules(methods.__path__):
    import_module(f"{methods.__name__}.{module.name}")
"""
NEVER = {"fastapi", "starlette", "sqlalchemy", "asyncpg", "pydantic", "pandas", "statsmodels", "matplotlib"}


def loaded(code: str) -> set[str]:
    """Modules that a process has loaded after running this."""
    told = "import json, sys\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.check_output([sys.executable, "-c", f"{code}\n{told}"], cwd=ROOT, text=True)
    return set(json.loads(ran))


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_all_methods_load_numpy_alone() -> None:
    brought = packages(loaded(EVERYTHING)) - packages(loaded("")) - sys.stdlib_module_names
    assert brought == {"numpy", "services"}


def test_a_tail_area_loads_scipys_special_functions_and_no_more() -> None:
    modules = loaded(f"{EVERYTHING}\nmethods.distributions.t_quantile(0.975, 9)")
    assert "scipy.special" in modules
    assert not {"scipy.stats", "scipy.optimize"} & modules
    assert not NEVER & packages(modules)


def test_what_never_comes_would_be_seen() -> None:
    assert {"pydantic"} <= NEVER & packages(loaded("import pydantic"))


def test_the_package_itself_loads_nothing() -> None:
    assert packages(loaded("import services.analytics.methods")) - packages(loaded("")) == {"services"}
