"""Where parts and segments end."""

from itertools import pairwise

import pytest

from etalase.social.media._model.cutter import Cutter, Slot, TargetDurations
from etalase.social.media._model.timeline import CLOCK


def cut(*seconds: float, keys: tuple[float, ...] = (), cutter: Cutter | None = None) -> list[Slot]:
    """Return the slots of an era whose frames start at these moments, after the first at zero."""
    cutter = cutter or Cutter(0.2, 1.0)
    cutter.begin_era()
    slots = []
    for moment in seconds:
        cutter.add(round(moment * CLOCK), key=moment in keys)
        while (slot := cutter.next_slot()) is not None:
            slots.append(slot)
    return slots


def steady(fps: float, seconds: float) -> list[float]:
    """Return the moments of a steady rate."""
    return [number / fps for number in range(1, int(fps * seconds) + 1)]


@pytest.mark.parametrize(
    ("fps", "part"),
    [(3, 1 / 3), (8, 0.25), (12, 0.25), (15, 0.2), (24, 5 / 24), (25, 0.2), (30, 0.2), (60, 0.2)],
)
def test_parts_hold_whole_frames_of_every_steady_rate(fps: float, part: float) -> None:
    slots = cut(*steady(fps, 6))
    lengths = {(slot.end - slot.start) / CLOCK for slot in slots}
    assert all(length == pytest.approx(part, abs=0.001) for length in lengths)


def test_a_dropped_frame_among_the_first_ones_does_not_change_the_target() -> None:
    whole, dropped = Cutter(0.2, 1.0), Cutter(0.2, 1.0)
    moments = steady(30, 3)
    cut(*moments, keys=(1.0, 2.0), cutter=whole)
    cut(*[moment for moment in moments if moment != moments[9]], keys=(1.0, 2.0), cutter=dropped)
    assert dropped.pace == whole.pace == TargetDurations(0.216, 2)


def test_a_hole_is_cut_into_parts_and_segments_like_everything_else() -> None:
    cutter = Cutter(0.2, 1.0)
    slots = cut(*steady(25, 2), *(moment + 9 for moment in steady(25, 2)), keys=(1.0, 2.0), cutter=cutter)
    assert cutter.pace is not None
    target = cutter.pace.part_target_seconds * CLOCK
    assert all(0.85 * target <= slot.end - slot.start <= target for slot in slots if not slot.closes)
    starts = [0, *(slot.end for slot in slots if slot.closes)]
    segments = [(after - before) / CLOCK for before, after in pairwise(starts)]
    assert max(segments) < cutter.pace.target_seconds + 0.5


def test_a_segment_begins_with_a_key_frame_a_second_apart_at_least() -> None:
    keys = (0.5, 1.0, 1.2, 2.5)
    slots = cut(*steady(10, 4), keys=keys)
    assert [slot.end / CLOCK for slot in slots if slot.closes] == [1.0, 2.5]


def test_after_a_segment_without_one_any_key_frame_begins_another() -> None:
    cutter = Cutter(0.2, 1.0)
    slots = cut(*steady(10, 8), keys=(1.0, 3.4, 3.6, 4.4), cutter=cutter)
    ends = [slot.end / CLOCK for slot in slots if slot.closes]
    assert ends[:2] == pytest.approx([1.0, 3.4])  # within 2.49 s
    slots = cut(*steady(10, 8), keys=(1.0, 4.0), cutter=cutter)
    ends = [slot.end / CLOCK for slot in slots if slot.closes]
    assert ends[0] == 1.0
    assert 3.0 < ends[1] < 3.5
    assert ends[2] == 4.0


@pytest.mark.parametrize(("gop", "target"), [(1.0, 2), (2.0, 2), (2.5, 3), (4.0, 4), (9.0, 6)])
def test_the_target_is_as_long_as_the_first_segment(gop: float, target: int) -> None:
    cutter = Cutter(0.2, 1.0)
    cut(*steady(20, 20), keys=tuple(gop * n for n in range(1, 20)), cutter=cutter)
    assert cutter.pace is not None
    assert cutter.pace.target_seconds == target


def test_what_was_promised_holds_for_a_slower_broadcaster() -> None:
    cutter = Cutter(0.2, 1.0)
    cut(*steady(30, 3), keys=(1.0, 2.0), cutter=cutter)
    pace = cutter.pace
    slots = cut(*steady(3, 12), keys=(4.0, 8.0), cutter=cutter)
    assert cutter.pace == pace == TargetDurations(0.216, 2)
    assert max(slot.end - slot.start for slot in slots) <= 0.216 * CLOCK


def test_the_end_closes_the_last_segment_however_short_it_is() -> None:
    for moments in ([], [0.04], steady(25, 0.5), steady(25, 5)):
        cutter = Cutter(0.2, 1.0)
        slots = cut(*moments, cutter=cutter)
        end = round((moments[-1] if moments else 0.0) * CLOCK) + CLOCK // 25
        slots += cutter.finish(end)
        assert (slots[0].start, slots[-1].end, slots[-1].closes) == (0, end, True)
        assert cutter.pace is not None
