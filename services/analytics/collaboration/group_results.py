"""Works out what a caller sees of a collaboration group in one wave; pure."""

from dataclasses import dataclass
from uuid import UUID

from services.analytics.collaboration.schemas import GroupResults
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import one_of
from services.analytics.release.decisions import GroupSize, shows_team_results
from services.analytics.scores.case_scores import case_results, matrix_view, network_for_others
from services.analytics.scores.schemas import CaseResults, MatrixView
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
    """Show a group's scores: exactly to its members, to others as they see those of a case."""
    network = seen.network(held, wave)
    if network is None:
        return None
    if seen.is_exact(network, held):
        return _of_group(case_results(network, [], None))
    found = network_for_others(network, [], size)
    return _of_group(found) if found else None


def _of_group(found: CaseResults) -> GroupResults:
    return GroupResults(
        provenance=found.provenance,
        group_score=found.case_score,
        dimensions=found.dimensions,
        sub_scales=found.sub_scales,
        response=found.response,
    )
