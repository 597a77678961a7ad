"""Works out what a caller sees of a collaboration group in one wave; pure."""

from dataclasses import dataclass
from uuid import UUID

from services.analytics.collaboration.schemas import GroupResults
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import one_of
from services.analytics.release.decisions import GroupSize, shows_team_results
from services.analytics.scores.case_scores import case_results, matrix_view
from services.analytics.scores.schemas import MatrixView
from shared.contracts.survey import Form


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """A collaboration group, and the person who looks at it, if it is one."""

    group: UUID
    person: UUID | None

    def networks(self, held: Holdings) -> list[Measurement]:
        """Return the group's network measurement of each closed wave, in the waves' order."""
        waves: dict[tuple[int, str], list[Measurement]] = {}
        for each in held.of_groups:
            if each.state.group_id == self.group:
                waves.setdefault((each.state.wave_ordinal, each.state.wave), []).append(each)
        found = (one_of(waves[wave], Form.NETWORK) for wave in sorted(waves))
        return [each for each in found if each is not None]

    def network(self, held: Holdings, wave: str) -> Measurement | None:
        """Return that of one wave."""
        return next((each for each in self.networks(held) if each.state.wave == wave), None)

    def is_exact(self, network: Measurement, held: Holdings) -> bool:
        """Tell whether the person sees the exact results."""
        return shows_team_results(self.person, network.state, held.register.groups.get(self.group))


def group_matrix(seen: GroupSeen, wave: str, held: Holdings, _size: GroupSize) -> MatrixView | None:
    """Show a group's matrix, exactly, to its members; nothing to anybody else."""
    network = seen.network(held, wave)
    if network is None or not seen.is_exact(network, held):
        return None
    return matrix_view(network)


def group_scores(seen: GroupSeen, wave: str, held: Holdings, size: GroupSize) -> GroupResults | None:
    """Show a group's scores: exactly to its members, to others over enough people."""
    network = seen.network(held, wave)
    if network is None:
        return None
    results = _results(network)
    if seen.is_exact(network, held):
        return results
    if not size.is_reached_by(len(raters(network))):
        return None
    every_item = [[item] for item in range(network.cube.items)]
    return results.model_copy(
        update={
            "dimensions": results.dimensions if are_of_enough(network, every_item, size) else [],
            "sub_scales": results.sub_scales if are_of_enough(network, _parts(network), size) else [],
        }
    )


def raters(network: Measurement, items: list[int] | None = None) -> set[UUID]:
    """Return who gave anybody a rating, on some items; who has several seats is one person."""
    valid = network.cube.valid if items is None else network.cube.valid[:, :, items]
    return {person for person, rated in zip(network.persons(), valid, strict=True) if rated.any()}


def are_of_enough(network: Measurement, parts: list[list[int]], size: GroupSize) -> bool:
    """Tell whether enough people rated each of some parts; one left out could be worked out again."""
    return all(size.is_reached_by(len(raters(network, items))) for items in parts)


def _parts(network: Measurement) -> list[list[int]]:
    return [list(items) for items in network.item_groups().values()]


def _results(network: Measurement) -> GroupResults:
    found = case_results(network, [], None)
    return GroupResults(
        provenance=found.provenance,
        group_score=found.case_score,
        dimensions=found.dimensions,
        sub_scales=found.sub_scales,
        response=found.response,
    )
