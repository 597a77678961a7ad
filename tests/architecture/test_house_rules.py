"""Every file keeps the house's rules, and each rule finds a file that doesn't."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.architecture import house_rules as rules
from tests.architecture.checkout import SourceFile, files, modules

Rule = Callable[[SourceFile], Iterator[str]]

_OPENING = '"""Owns nothing."""\n'
_LONG_BODY = "".join(f"    x{number} = {number}\n" for number in range(rules.LONGEST_FUNCTION + 1))
_LONG_DOCSTRING = '    """First.\n' + "\n    More.\n" * rules.LONGEST_FUNCTION + '    """\n    return 1\n'
_HASH = f"    --hash=sha256:{'0' * 64}\n"
_HOST = "py" + "pi.org"


def broken(rule: Rule, kept_by: Iterable[SourceFile]) -> list[str]:
    """Return everything that breaks a rule."""
    return [each for file in kept_by for each in rule(file)]


def module(text: str, path: str = "services/cases/sample.py") -> SourceFile:
    """Make up a module."""
    return SourceFile(path, text)


OF_MODULES: dict[Rule, list[SourceFile]] = {
    rules.long_file: [module("x = 1\n" * (rules.LONGEST_FILE + 1))],
    rules.long_functions: [
        module("def long():\n" + _LONG_BODY),
        module("class Holder:\n    async def long(self):\n" + _LONG_BODY.replace("    x", "        x")),
    ],
    rules.missing_opening: [module("x = 1\n"), module("# Owns nothing.\n"), module('"""nothing"""\n')],
    rules.asserts: [module("def check(x):\n    assert x\n")],
    rules.silenced_tools: [
        module("x = 1  # type: " + "ignore[assignment]\n"),
        module("x = 1  # no" + "qa\n"),
        module("# ruff: no" + "qa: E501\n"),
        module("x = 1  # pragma: no" + " cover\n"),
    ],
    rules.skipped_tests: [
        module("@pytest.mark.xfail\ndef test_it(): ...\n", "tests/test_sample.py"),
        module("def test_it():\n    pytest.skip('not now')\n", "tests/test_sample.py"),
    ],
    rules.vague_name: [
        module(_OPENING, "shared/utils.py"),
        module(_OPENING, "services/cases/common/api.py"),
    ],
}
OF_FILES: dict[Rule, list[SourceFile]] = {
    rules.put_off: [module("# TO" + "DO: later\n"), SourceFile("docs/sample.md", "FIX" + "ME\n")],
    rules.machine_paths: [
        SourceFile("Makefile", "run: /ho" + "me/somebody/bin/run\n"),
        module('DATA = "/t' + 'mp/data"\n'),
        SourceFile("docs/sample.md", "see ../sha" + "red for more\n"),
    ],
    rules.package_hosts: [
        SourceFile("docs/sample.md", f"get it from https://{_HOST}/project/thing\n"),
        SourceFile("Makefile", "pip install -i https://mirror.nex" + "us.example/simple\n"),
        module(f'HOST = "{_HOST}"\n'),
    ],
}
ALL: dict[Rule, list[SourceFile]] = OF_MODULES | OF_FILES
OF_PINS = [
    SourceFile("x.txt", f"thing==1.0 \\\n{_HASH}--index-url https://registry.invalid/simple\n"),
    SourceFile("x.txt", f"thing @ https://registry.invalid/thing.whl \\\n{_HASH}"),
    SourceFile("x.txt", "thing==1.0\n"),
    SourceFile("x.txt", f"thing>=1.0 \\\n{_HASH}"),
]


@pytest.mark.parametrize("rule", OF_MODULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps(rule: Rule) -> None:
    found = broken(rule, modules())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", OF_FILES, ids=lambda rule: rule.__name__)
def test_every_file_keeps(rule: Rule) -> None:
    found = broken(rule, files())
    assert not found, "\n".join(found)


def pins() -> list[SourceFile]:
    """Return the compiled pins."""
    return [each for each in files() if each.path.startswith("deploy/requirements/") and "txt" in each.path]


def test_no_pin_names_an_address() -> None:
    assert len(pins()) >= 6
    assert broken(rules.addressed_pins, pins()) == []


def test_only_scipy_is_imported_by_text() -> None:
    # The writer of the OpenAPI documents goes through the services by name.
    found = [each for each in modules() if not each.is_test and each.path != "deploy/openapi.py"]
    assert broken(rules.lazy_imports, found) == []


class TestNegativeControls:
    @pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
    def test_finds_what_breaks_it(self, rule: Rule) -> None:
        for sample in ALL[rule]:
            assert broken(rule, [sample]), sample.text[:80]

    @pytest.mark.parametrize("sample", OF_PINS, ids=lambda sample: sample.text[:20])
    def test_finds_pins_that_are_none(self, sample: SourceFile) -> None:
        assert broken(rules.addressed_pins, [sample])

    def test_finds_imports_by_text(self) -> None:
        text = 'from importlib import import_module\nimport_module("services.survey.main")\n'
        assert broken(rules.lazy_imports, [module(text)])
        assert broken(rules.lazy_imports, [module('import_module("scipy.special")\n')])
        assert not broken(
            rules.lazy_imports,
            [module('import_module("scipy.special")\n', "services/analytics/methods/x.py")],
        )

    def test_reads_more_than_a_few_files(self) -> None:
        assert len(modules()) > 200
        assert {"LICENSE", "Makefile", "docker-compose.yml"} <= {file.path for file in files()}


class TestWhatIsAllowed:
    def test_a_long_docstring_is_no_long_body(self) -> None:
        assert broken(rules.long_functions, [module("def short():\n" + _LONG_DOCSTRING)]) == []

    def test_tests_assert(self) -> None:
        assert broken(rules.asserts, [module("assert True\n", "tests/test_sample.py")]) == []

    def test_addresses_of_the_wire_are_no_machine_paths(self) -> None:
        text = 'ROUTE = "/v1/cases"\nHOST = "http://127.0.0.1:8000/work/x"\n'
        assert broken(rules.machine_paths, [module(text)]) == []

    def test_words_are_no_silenced_tools(self) -> None:
        assert broken(rules.silenced_tools, [module('x = "type: ' + 'ignore"\n')]) == []
