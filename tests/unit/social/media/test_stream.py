"""What a stream keeps in memory, and what its broadcaster is told when it fails."""

import errno
from datetime import timedelta
from pathlib import Path

from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.social.media import NO_SPACE, OVERLOADED, UNREADABLE, MediaSettings, Stream
from etalase.social.media._adapters.pipe import PipeOverflow
from etalase.social.media._adapters.remuxer import EraStarted, FragmentMade, KeyFramesSpaced, SoundUnreadable
from etalase.social.media._adapters.sources import UnreadableStream
from etalase.social.media._adapters.stream import reason_of
from etalase.social.media._model.cutter import TargetDurations
from etalase.social.media._model.fragments import Fragment
from tests.make.media import Studio

PACE = TargetDurations(2.0, 2)


def new_stream(folder: Path) -> tuple[Stream, FixedClock]:
    """Return a stream to which nothing has come yet."""
    clock = FixedClock()
    stream = Stream(new_id(), "session", MediaSettings(), folder=folder, broadcasts=Studio(), clock=clock)
    return stream, clock


async def test_init_segments_go_with_the_eras_that_need_them(tmp_path: Path) -> None:
    stream, clock = new_stream(tmp_path)
    for era in range(40):
        stream._apply(EraStarted(b"init %d" % era, clock.now()))
        for part in range(2):
            clock.advance(seconds=2)
            fragment = Fragment(b"part", part * 2.0, 2.0, independent=True, closes=True)
            stream._apply(FragmentMade(fragment, PACE))
    eras = {segment.era for segment in stream.window.segments}
    assert len(eras) < 20
    assert stream.pieces.list_inits() == sorted(f"init-{era}.mp4" for era in eras)


async def test_dates_never_go_back_though_the_machines_clock_does(tmp_path: Path) -> None:
    stream, clock = new_stream(tmp_path)
    for era in range(2):
        stream._apply(EraStarted(b"init", clock.now() - timedelta(hours=2 * era)))
        stream._apply(FragmentMade(Fragment(b"part", 0.0, 2.0, independent=True, closes=True), PACE))
    first, second = stream.window.segments
    assert second.started_at == first.started_at + timedelta(seconds=2)


async def test_a_host_hears_of_rare_key_frames_and_of_sound_that_nobody_can_read(tmp_path: Path) -> None:
    stream, _ = new_stream(tmp_path)
    assert not stream.view().health.key_frames_are_rare
    stream._apply(KeyFramesSpaced(8.3))
    stream._apply(SoundUnreadable())
    health = stream.view().health
    assert (health.key_frame_seconds, health.key_frames_are_rare, health.sound_is_unreadable) == (
        8.3,
        True,
        True,
    )


def test_a_full_disk_is_told_as_what_it_is() -> None:
    assert reason_of(OSError(errno.ENOSPC, "No space left on device")) == NO_SPACE
    assert reason_of(PipeOverflow()) == reason_of(OSError(errno.EIO, "I/O error")) == OVERLOADED
    assert reason_of(UnreadableStream("no track")) == UNREADABLE
