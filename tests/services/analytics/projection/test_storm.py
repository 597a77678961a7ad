"""The short form of the storm: the projection equals its sources, and what protects it is needed."""

from pathlib import Path

from benchmarks.projection_storm import Plan, is_right, storm
from benchmarks.projection_storm_proof import Fault
from tests.support.houses import free_first_port


def test_whatever_happens_the_projection_equals_its_sources(tmp_path: Path) -> None:
    plan = Plan(changes=600, writers=4, kills=3)
    found, killed = storm(plan, tmp_path, free_first_port())
    assert {fault: found[fault] for fault in Fault} == dict.fromkeys(Fault, 0)
    assert killed == 3
    assert is_right(plan, found)


def test_control_without_the_snapshot_gate_changes_are_lost(tmp_path: Path) -> None:
    plan = Plan(changes=500, writers=4, kills=0, without_gate=True)
    found, _ = storm(plan, tmp_path, free_first_port())
    assert is_right(plan, found)
    assert found[Fault.LOST] + found[Fault.GHOST] > 0


def test_control_a_restore_without_a_new_epoch_is_not_followed(tmp_path: Path) -> None:
    plan = Plan(changes=300, writers=4, kills=0, without_epoch=True)
    found, _ = storm(plan, tmp_path, free_first_port())
    assert is_right(plan, found)
    assert found[Fault.OTHER] + found[Fault.GHOST] > 0
