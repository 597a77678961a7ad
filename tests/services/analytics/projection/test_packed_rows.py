"""Many measurements in order, of which only those are unpacked that are looked at."""

from base64 import b64decode
from uuid import uuid4

from services.analytics.projection.holdings import Wave
from services.analytics.projection.packed_rows import PackedRows
from services.analytics.projection.packing import pack
from services.analytics.projection.selection import comparable
from shared.contracts.survey import Form, MeasurementState
from tests.services.analytics.made_measurements import made


def stored(state: MeasurementState) -> bytes:
    return pack(state) + b64decode(state.cells) + b64decode(state.asked)


def rows_of(*states: MeasurementState) -> PackedRows:
    return PackedRows([stored(state) for state in states])


class TestPackedRows:
    def test_waves_stand_by_ordinal_and_measurements_by_id(self) -> None:
        states = [
            made(wave=wave, wave_ordinal=ordinal)
            for wave, ordinal in (("b", 2), ("a", 3), ("c", 1))
            for _ in range(5)
        ]
        waves = rows_of(*states).waves()
        assert list(waves) == ["c", "b", "a"]
        for code, found in waves.items():
            wanted = sorted(state.id for state in states if state.wave == code)
            assert [each.state.id for each in found] == wanted

    def test_groups_stand_apart(self) -> None:
        group = made(case_id=None, group_id=uuid4(), wave="later")
        rows = rows_of(made(), group)
        assert [each.state.id for each in rows.of_groups()] == [group.id]
        assert {code: len(found) for code, found in rows.waves().items()} == {"baseline": 1}

    def test_nothing_is_nothing(self) -> None:
        rows = PackedRows([])
        assert (rows.waves(), len(rows.of_groups()), rows.size) == ({}, 0, 0)

    def test_a_wave_told_under_two_ordinals_is_one(self) -> None:
        found = rows_of(made(wave_ordinal=1), made(wave_ordinal=3), made(wave="x", wave_ordinal=2)).waves()
        assert {code: len(each) for code, each in found.items()} == {"baseline": 2, "x": 1}

    def test_what_is_asked_for_is_unpacked_and_no_more(self) -> None:
        rows = rows_of(*(made() for _ in range(4)), made(form=Form.OWN_LEADER))
        before = rows.size
        chosen = Wave("baseline", rows.waves()["baseline"]).of(Form.NETWORK)
        assert len(chosen) == 4
        one = rows.size - before
        assert one > 0
        list(rows.waves()["baseline"])
        assert rows.size - before == one * 5 // 4

    def test_chooses_as_if_all_were_unpacked(self) -> None:
        versions = [1, 2, 2, 1, 2]
        found = rows_of(*(made(instrument_version=each) for each in versions)).waves()["baseline"]
        wanted = comparable(list(found), Form.NETWORK)
        assert Wave("baseline", found).of(Form.NETWORK) == wanted
        assert len(wanted) == 3

    def test_newer_take_the_places_of_older_and_the_others_stay_unpacked(self) -> None:
        kept, older = made(), made(answer=2)
        rows = rows_of(kept, older)
        before = {each.state.id: each for each in rows.waves()["baseline"]}
        newer = older.model_copy(update={"version": 2})
        after = {each.state.id: each for each in rows.with_newer([stored(newer)]).waves()["baseline"]}
        assert after[kept.id] is before[kept.id]
        assert after[older.id].state.version == 2
        assert before[older.id].state.version == 1

    def test_slices(self) -> None:
        found = rows_of(*(made() for _ in range(3))).waves()["baseline"]
        assert [each.state.id for each in found[1:]] == [each.state.id for each in found][1:]
        assert found[-1] is found[2]
