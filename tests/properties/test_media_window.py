"""Whatever the frames' clocks do, playlists obey Apple's rules and go on from each other (RFC 8216bis)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from etalase.social.media._model import window as windows
from etalase.social.media._model.cutter import Cutter, Slot
from etalase.social.media._model.playlist import render
from etalase.social.media._model.timeline import CLOCK, Timeline
from etalase.social.media._model.window import Made, Window
from tests.make.playlists import PlaylistValidator

START = datetime(2026, 11, 24, tzinfo=UTC)

STEPS = st.one_of(
    st.sampled_from([0.0167, 0.033, 0.04, 0.0667, 0.1, 0.3333]),
    st.floats(-0.05, 0.25),
    st.floats(0.2, 5.0),
    st.floats(-4_000, 4_000),
)
"""Steady rates, jitter, holes and leaps."""
FRAMES = st.lists(
    st.tuples(STEPS, st.integers(1, 40), st.sampled_from([1, 5, 25, 30, 1_000]), st.booleans()), max_size=15
)
"""A step between frames, how often it comes, every how many frames a key frame is, and a new era first."""


@dataclass
class Room:
    """A session whose frames come as they will."""

    window: Window = field(default_factory=lambda: Window(6.0))
    cutter: Cutter = field(default_factory=lambda: Cutter(0.2, 1.0))
    timeline: Timeline = field(default_factory=Timeline)
    validator: PlaylistValidator = field(default_factory=PlaylistValidator)
    slots: list[Slot] = field(default_factory=list)
    keys: set[int] = field(default_factory=set)
    base: int | None = None
    last: int = 0

    def frame(self, clock: float, *, key: bool) -> None:
        """Take a frame that its encoder dates `clock`; the first of an era is a key frame."""
        moment, _ = self.timeline.place("video", round(clock * CLOCK), round(clock * CLOCK))
        if self.base is None:
            self.base = moment
            self.cutter.begin_era()
            self.window = windows.start_era(self.window, START)
            self.keys = {0}
            self.slots = []
        elif key:
            self.keys.add(moment - self.base)
        self.last = moment - self.base
        if self.last > 0:
            self.cutter.add(self.last, key=key)
        while (slot := self.cutter.next_slot()) is not None:
            self._add(slot)

    def break_off(self) -> None:
        """Have the broadcaster gone, and a new era begin with the next frame."""
        if self.base is not None:
            for slot in self.cutter.finish(self.last + self.timeline.picture_step):
                self._add(slot)
            self.base = None

    def _add(self, slot: Slot) -> None:
        assert slot.start == (self.slots[-1].end if self.slots else 0)
        self.slots.append(slot)
        seconds, length = slot.start / CLOCK, (slot.end - slot.start) / CLOCK
        made = Made(seconds, length, slot.start in self.keys, slot.closes, self.cutter.pace)
        self.window = windows.add_part(self.window, made)
        if self.window.ready:
            self.validator.take(render(self.window), render(self.window, skips=True))


@given(FRAMES)
def test_playlists_obey_the_rules_and_go_on_from_each_other(
    runs: list[tuple[float, int, int, bool]],
) -> None:
    room, clock, count = Room(), 0.0, 0
    for step, times, key_every, is_new in runs:
        if is_new:
            room.break_off()
        for _ in range(times):
            clock += step
            room.frame(clock, key=count % key_every == 0)
            count += 1
    room.break_off()
    if runs:
        assert room.window.ready
        assert room.window.segments[-1].closed


@given(FRAMES)
def test_all_that_is_listed_is_kept(runs: list[tuple[float, int, int, bool]]) -> None:
    room, clock = Room(), 0.0
    for step, times, key_every, _ in runs:
        for index in range(times):
            clock += step
            room.frame(clock, key=index % key_every == 0)
            window = room.window
            assert set(windows.listed(window)) <= set(window.segments)
            assert all(segment.closed for segment in window.segments[:-1])
            numbers = [segment.number for segment in window.segments]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


@given(
    st.lists(
        st.tuples(st.sampled_from(["video", "audio"]), st.floats(-5_000, 5_000)), min_size=1, max_size=80
    )
)
def test_moments_of_pictures_always_rise_and_never_run_away(packets: list[tuple[str, float]]) -> None:
    timeline, last = Timeline(), {"video": -1, "audio": -(10**9)}
    for number, (kind, clock) in enumerate(packets):
        moment, _ = timeline.place(
            "video" if kind == "video" else "audio", round(clock * CLOCK), number * CLOCK // 30
        )
        if kind == "video" and last["video"] >= 0:
            assert moment > last["video"]
        if last[kind] > -1:
            assert moment - last[kind] <= max(5 * CLOCK, abs(last["video"] - last["audio"]) + 5 * CLOCK)
        last[kind] = moment
