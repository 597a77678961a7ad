"""The rules a file of the house keeps, each as a function from a file to what breaks it."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.architecture.checkout import SourceFile

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HOLDING = (ast.stmt, ast.ExceptHandler, ast.match_case)
# Spelled in two parts, so that this file keeps the rules it checks.
_SILENCED = re.compile("#.*(type: ?" + "ignore|no" + "qa|pragma: ?no" + " cover|mypy: ?" + "ignore)")
_PUT_OFF = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + r"X)\b")
_MACHINE_PATH = re.compile(
    r"(?<![\w.~/$}*:-])/(?:home|root|Users|work|mnt|private|opt|tmp)/[\w.]|\.\./sha"
    + r"red\b|\.libra"
    + r"ry\b"
)
_PACKAGE_HOST = re.compile(
    r"(?:https?|git\+\w+)://[^\s\"'/]*"
    r"(?:py" + r"pi|python" + r"hosted|ana" + r"conda|npm" + r"js|artif" + r"actory|nex" + r"us)[^\s\"'/]*"
    r"|\b(?:py" + r"pi\.org|files\.python" + r"hosted\.org)\b"
)
_VAGUE_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
)
_SKIPPING = ("skip", "skipif", "xfail", "importorskip")
_PINNED = re.compile(r"[A-Za-z0-9._-]+==[^\s;\\]+( ; [^\\]+)? \\")
_ADDRESS = re.compile(r"\w+://|\s@\s|^\s*-(-\w|[if])", re.MULTILINE)


def long_file(file: SourceFile) -> Iterator[str]:
    """Find a module with too many lines."""
    lines = file.text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{file.path}: {lines} lines"


def long_functions(file: SourceFile) -> Iterator[str]:
    """Find functions whose body, without the docstring, has too many lines."""
    for function in _outline(file).functions:
        if function.lines > LONGEST_FUNCTION:
            yield f"{file.path}:{function.line} {function.name}: {function.lines} lines"


def missing_opening(file: SourceFile) -> Iterator[str]:
    """Find a module that doesn't open by saying what it owns, in sentences."""
    first = _outline(file).opening.split("\n\n")[0].strip()
    if not first.endswith((".", ":")):
        yield f"{file.path}: opens with {first[:40]!r}"


def asserts(file: SourceFile) -> Iterator[str]:
    """Find `assert` outside the tests: it is gone under `python -O`."""
    if file.is_test or "assert" not in file.text:
        return
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.Assert):
            yield f"{file.path}:{node.lineno}"


def silenced_tools(file: SourceFile) -> Iterator[str]:
    """Find comments that silence a checker."""
    if not _SILENCED.search(file.text):
        return  # no line says so, so no comment does
    for line, comment in _comments(file):
        if _SILENCED.search(comment):
            yield f"{file.path}:{line} {comment}"


def skipped_tests(file: SourceFile) -> Iterator[str]:
    """Find tests that may not run, or may fail."""
    if not any(name in file.text for name in _SKIPPING):
        return
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.Attribute) and node.attr in _SKIPPING:
            owner = ast.unparse(node.value)
            if owner in {"pytest", "pytest.mark", "mark"}:
                yield f"{file.path}:{node.lineno} {owner}.{node.attr}"


def put_off(file: SourceFile) -> Iterator[str]:
    """Find work put off in a comment or a text."""
    for number, _ in _lines_with(_PUT_OFF, file):
        yield f"{file.path}:{number}"


def machine_paths(file: SourceFile) -> Iterator[str]:
    """Find a path that is right on one machine only."""
    for number, line in _lines_with(_MACHINE_PATH, file):
        yield f"{file.path}:{number} {line.strip()[:80]}"


def package_hosts(file: SourceFile) -> Iterator[str]:
    """Find the address of a package registry: whoever installs chooses their own."""
    for number, _ in _lines_with(_PACKAGE_HOST, file):
        yield f"{file.path}:{number}"


def vague_name(file: SourceFile) -> Iterator[str]:
    """Find a module or folder whose name says nothing."""
    if _VAGUE_NAMES & set(file.path.removesuffix(".py").split("/")):
        yield file.path


def addressed_pins(file: SourceFile) -> Iterator[str]:
    """Find compiled pins that name an address or an option, or come without a hash."""
    if _ADDRESS.search(file.text.replace("    --hash=", "")):
        yield f"{file.path}: names an address or an option"
    for entry in re.split(r"\n(?=\S)", file.text.strip()):
        first, *hashes = entry.splitlines()
        if not _PINNED.fullmatch(first) or not any("--hash=sha256:" in each for each in hashes):
            yield f"{file.path}: {first}"


def lazy_imports(file: SourceFile) -> Iterator[str]:
    """Find imports by text, which the import contracts can't see, of anything but SciPy's own parts."""
    if not any(name in file.text for name in ("import_module", "__import__")):
        return
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "import_module",
            "importlib.import_module",
            "__import__",
        }:
            name = node.args[0]
            known = isinstance(name, ast.Constant) and str(name.value).startswith("scipy.")
            if not (known and file.path.startswith("services/analytics/methods/")):
                yield f"{file.path}:{node.lineno} {ast.unparse(node)}"


@dataclass(frozen=True, slots=True)
class _Function:
    line: int
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class _Outline:
    opening: str
    functions: tuple[_Function, ...]


@cache
def _outline(file: SourceFile) -> _Outline:
    """Parse a module once for all rules; its tree is too large to be kept."""
    tree = ast.parse(file.text)
    functions = [node for node in _statements(tree) if isinstance(node, _FUNCTIONS)]
    return _Outline(
        ast.get_docstring(tree) or "",
        tuple(_Function(node.lineno, node.name, _body_lines(node)) for node in functions),
    )


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Go through what can hold statements; no expression holds one."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _HOLDING):
            yield node
            yield from _statements(node)


def _lines_with(pattern: re.Pattern[str], file: SourceFile) -> Iterator[tuple[int, str]]:
    if not pattern.search(file.text):
        return  # no pattern here goes over a line's end
    for number, line in enumerate(file.text.splitlines(), start=1):
        if pattern.search(line):
            yield number, line


def _comments(file: SourceFile) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
