"""Says anew in which steps cases enter the figures over a wave; shares nothing with what it is to check."""

from collections.abc import Iterable, Mapping

ENOUGH = 5
"""How many people a step brings at least, and how many must have rated in a case that others are shown."""


def whole_steps(
    closed: Iterable[str], people: Mapping[str, set[str]], share: float = 0.0
) -> list[list[str]]:
    """Return cases, as their rounds closed, in steps of five people and a share of all before.

    `people` are whoever answered in each; the last cases, that fill no step, wait and are nowhere.
    """
    steps: list[list[str]] = []
    waiting: list[str] = []
    for case in closed:
        waiting.append(case)
        before = set[str]().union(*(people.get(each, set()) for step in steps for each in step))
        bringing = set[str]().union(*(people.get(each, set()) for each in waiting))
        if len(bringing) >= max(ENOUGH, share * len(before)):
            steps.append(waiting)
            waiting = []
    return steps
