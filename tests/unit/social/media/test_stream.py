"""What a stream keeps in memory, and what its broadcaster is told when it fails."""

import errno
from pathlib import Path

from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.social.media import NO_SPACE, OVERLOADED, UNREADABLE, Settings, Stream
from etalase.social.media._adapters.pipe import PipeOverflow
from etalase.social.media._adapters.remuxer import EraStarted, FragmentMade
from etalase.social.media._adapters.sources import UnreadableStream
from etalase.social.media._adapters.stream import reason_of
from etalase.social.media._model.boxes import Fragment
from tests.make.media import Studio


async def test_init_segments_go_with_the_eras_that_need_them(tmp_path: Path) -> None:
    clock, settings = FixedClock(), Settings()
    stream = Stream(new_id(), "session", settings, folder=tmp_path, broadcasts=Studio(), clock=clock)
    for era in range(40):
        stream._apply(EraStarted(b"init %d" % era))
        for part in range(2):
            clock.advance(seconds=2)
            stream._apply(FragmentMade(Fragment(b"part", part * 2.0, 2.0, independent=True)))
    eras = {segment.era for segment in stream.window.segments}
    assert len(eras) < 20
    assert sorted(stream._inits) == sorted(f"init-{era}.mp4" for era in eras)


def test_a_full_disk_is_told_as_what_it_is() -> None:
    assert reason_of(OSError(errno.ENOSPC, "No space left on device")) == NO_SPACE
    assert reason_of(PipeOverflow()) == reason_of(OSError(errno.EIO, "I/O error")) == OVERLOADED
    assert reason_of(UnreadableStream("no track")) == UNREADABLE
