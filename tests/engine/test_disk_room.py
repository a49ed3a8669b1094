"""A disk that fills up is noticed before it is full, and asked no more often than is needed."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.disk_room import LOOK_EVERY_S, DiskRoom, free_bytes_of


class Disk:
    """A disk whose free bytes and time are told."""

    def __init__(self, free_bytes: int) -> None:
        self.free_bytes = free_bytes
        self.now = 0.0
        self.looks = 0

    def room(self, kept_free_bytes: int) -> DiskRoom:
        return DiskRoom(Path(), kept_free_bytes, read=self._read, now=lambda: self.now)

    def _read(self, _folder: Path) -> int:
        self.looks += 1
        return self.free_bytes


@given(st.lists(st.integers(0, 300), max_size=20))
def test_it_is_low_below_the_bound_and_well_above_it_never(frees: list[int]):
    disk = Disk(1_000)
    room = disk.room(100)
    for free in frees:
        disk.free_bytes = free
        disk.now += LOOK_EVERY_S
        has_room = room.has_room()
        assert has_room == (not room.is_low)
        assert not (free < 100 and has_room)
        assert not (free >= 125 and not has_room)


def test_the_disk_is_looked_at_now_and_then_and_not_for_each_line():
    disk = Disk(1_000)
    room = disk.room(100)
    for _ in range(1_000):
        assert room.has_room()
    assert disk.looks == 1
    disk.free_bytes, disk.now = 1, LOOK_EVERY_S
    assert (room.has_room(), room.free_bytes) == (False, 1)


def test_a_disk_that_can_not_be_asked_counts_as_roomy(tmp_path: Path):
    assert DiskRoom(tmp_path / "gone", 100).has_room()
    assert free_bytes_of(tmp_path) > 0


def test_without_a_bound_nothing_is_low():
    assert Disk(0).room(0).has_room()
