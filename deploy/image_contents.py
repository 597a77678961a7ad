"""Owns what `deploy/Dockerfile` puts into each image, read from its lines; refuses what it can't follow."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_FROM = re.compile(r"FROM (?P<parent>\S+) AS (?P<name>[a-z]+)")
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")
_PINS = "deploy/requirements/"


class DockerfileError(ValueError):
    """A line says something that this module can't follow."""


@dataclass(slots=True)
class _Stage:
    parent: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file or folder of the checkout, and where it goes below the working folder."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class ImageContents:
    """What an image is made of: one file of pins, the copied files, the command."""

    pins: str
    copies: tuple[Copy, ...]
    command: tuple[str, ...]


def contents_of(dockerfile: str, service: str) -> ImageContents:
    """Follow the stages of the last image, built for a service.

    Raises
    ------
    DockerfileError
        There is not exactly one file of pins, or a line can't be followed.
    """
    stages = _stages(dockerfile, {"SERVICE": service})
    lines = list(_lines_of(stages, list(stages)[-1]))
    copies = [copy for line in lines for copy in _copies(line)]
    pins = {copy.source for copy in copies if copy.source.startswith(_PINS)}
    if len(pins) != 1:
        raise DockerfileError(f"{service}: {len(pins)} files of pins")
    commands = [line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")]
    command = tuple(part.strip().strip('"') for part in commands[-1].strip("[]").split(","))
    kept = tuple(copy for copy in copies if not copy.source.startswith(_PINS))
    return ImageContents(pins.pop(), kept, command)


def _stages(dockerfile: str, arguments: Mapping[str, str]) -> dict[str, _Stage]:
    stages: dict[str, _Stage] = {}
    name = ""
    for line in _instructions(dockerfile):
        expanded = _VARIABLE.sub(lambda found: arguments.get(found[1], found[0]), line)
        if line.startswith("FROM "):
            found = _FROM.fullmatch(expanded)
            if not found:
                raise DockerfileError(line)
            name = found["name"]
            stages[name] = _Stage(found["parent"])
        elif name:
            stages[name].lines.append(expanded)
    return stages


def _instructions(dockerfile: str) -> Iterator[str]:
    kept = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    yield from (line.strip() for line in "\n".join(kept).replace("\\\n", " ").splitlines() if line.strip())


def _lines_of(stages: Mapping[str, _Stage], name: str) -> Iterator[str]:
    """Yield an image's lines: its parents' first, and of stages copied from their pins only."""
    stage = stages[name]
    if stage.parent in stages:
        yield from _lines_of(stages, stage.parent)
    for line in stage.lines:
        if line.startswith("COPY --from="):
            source = line.removeprefix("COPY --from=").split()[0]
            yield from (each for each in stages[source].lines if each.startswith(f"COPY {_PINS}"))
        else:
            yield line


def _copies(line: str) -> Iterable[Copy]:
    if not line.startswith(("COPY ", "ADD ")):
        return []
    instruction, *parts = shlex.split(line)
    if instruction != "COPY" or len(parts) < 2 or parts[0].startswith("--"):
        raise DockerfileError(line)
    *sources, target = parts
    return [Copy(source, _target(source, target)) for source in sources]


def _target(source: str, target: str) -> str:
    """Say where Docker puts a source: a folder's contents, or a file under its own name."""
    if source.endswith("/") or not target.endswith("/"):
        return target
    return target + PurePosixPath(source).name


def lay_out(contents: ImageContents, checkout: Path, folder: Path) -> None:
    """Copy what the image would hold into a folder.

    Raises
    ------
    FileNotFoundError
        The checkout has no such file.
    """
    for copy in contents.copies:
        source, target = checkout / copy.source, folder / copy.target
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=_IGNORED, dirs_exist_ok=True)
        else:
            shutil.copy2(source, target)
