"""A show that ends soon after its camera broke wants two joins of its takes: nothing may be lost by it."""

import asyncio
import threading
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import av

from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.social.media import DiskRecordingStore, RecordingView, find_recording
from etalase.social.media._adapters.recordings import FolderLock
from etalase.social.media._jobs import finish_recording
from etalase.social.media._model.ports import TakeFile
from tests.make.media import measure
from tests.make.waiting import until

FRAMES = 20


class SlowStore(DiskRecordingStore):
    """A shelf on which the first join takes as long as the test wants."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        super().__init__(folder, clock)
        self.has_joined, self.may_go_on = threading.Event(), threading.Event()

    def join(self, before: RecordingView, takes: list[TakeFile]) -> RecordingView | None:
        after = super().join(before, takes)
        self.has_joined.set()
        assert self.may_go_on.wait(30)
        return after


class CuriousStore(DiskRecordingStore):
    """A shelf that tells when it was found held."""

    was_held = False

    def lock(self, show_id: UUID) -> FolderLock | None:
        lock = super().lock(show_id)
        self.was_held = self.was_held or lock is None
        return lock


def record(folder: Path, show_id: UUID, started: int) -> None:
    """Leave a take as a crash or a camera that went leaves it."""
    path = folder / "shows" / show_id.hex / f"take-{started:013d}.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"movflags": "frag_keyframe+empty_moov"}
    with av.open(path, "w", format="mp4", container_options=options) as take:
        lane = take.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        lane.width, lane.height, lane.pix_fmt = 64, 64, "yuv420p"
        lane.time_base = Fraction(1, 10)
        for number in range(FRAMES):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = number
            take.mux(lane.encode(frame))
        take.mux(lane.encode(None))


def replays(folder: Path) -> list[Path]:
    return list(folder.glob("shows/*/replay-*"))


async def test_two_joins_of_one_show_at_once_lose_nothing(
    social_db: Database, clock: FixedClock, tmp_path: Path
) -> None:
    show_id = new_id()
    record(tmp_path, show_id, 1_790_000_000_000)
    slow, curious = SlowStore(tmp_path, clock), CuriousStore(tmp_path, clock)
    first = asyncio.create_task(finish_recording(social_db, slow, show_id))
    assert await asyncio.to_thread(slow.has_joined.wait, 30)
    record(tmp_path, show_id, 1_790_000_060_000)
    second = asyncio.create_task(finish_recording(social_db, curious, show_id))
    await until(lambda: curious.was_held or second.done())
    slow.may_go_on.set()
    await asyncio.gather(first, second)
    async with social_db.begin() as tx:
        view = await find_recording(tx, show_id)
    assert view is not None
    assert view.replay_key is not None
    assert (view.status, view.revision, len(view.chapters)) == ("ready", 2, 2)
    assert measure(tmp_path / view.replay_key).frames == 2 * FRAMES
    left = sorted(path.name for path in (tmp_path / view.replay_key).parent.iterdir())
    assert left == sorted(Path(key).name for key in (view.replay_key, view.poster_key) if key)


async def test_what_a_killed_join_left_half_made_is_removed(
    social_db: Database, clock: FixedClock, tmp_path: Path
) -> None:
    show_id = new_id()
    record(tmp_path, show_id, 1_790_000_000_000)
    (tmp_path / "shows" / show_id.hex / "replay-1-killed.mp4").write_bytes(b"half")
    await finish_recording(social_db, DiskRecordingStore(tmp_path, clock), show_id)
    assert len(replays(tmp_path)) == 1
