"""From takes on the disk to a replay that can be sought in; a crash loses nothing."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from etalase.kernel.clock import SystemClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.platform.jobs import Worker
from etalase.social.media import DatabaseArchive, DiskRecordingStore, RecordingView, find_recording, jobs_for
from tests.make import media
from tests.make.media import (
    AAC,
    H264,
    Station,
    broadcast_rtmp,
    measure,
    picture,
    running_station,
    start_ffmpeg,
)
from tests.make.waiting import until


async def joined(station: Station, show_id: UUID, *, revision: int = 1) -> RecordingView:
    """Run the jobs until the replay is there."""

    async def find_joined() -> RecordingView | None:
        async with station.db.begin() as tx:
            found = await find_recording(tx, show_id)
        is_joined = found is not None and found.status == "ready" and found.revision >= revision
        return found if is_joined else None

    worker = Worker(station.db, jobs_for(station.recordings))
    running = asyncio.create_task(worker.run())
    try:
        return await until(find_joined)
    finally:
        worker.stop()
        await running


async def test_a_show_leaves_a_replay(station: Station) -> None:
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, key, seconds=4)
    await ffmpeg.running.wait()
    await station.engine.end(show_id)
    view = await joined(station, show_id)
    assert view.replay_key is not None
    found = measure(station.folder / view.replay_key)
    assert found.size == (320, 180)
    assert 3.5 < found.video_seconds < 4.5
    assert abs(view.duration_seconds - found.video_seconds) < 0.3
    assert view.poster_key is not None
    assert (station.folder / view.poster_key).read_bytes()[:2] == b"\xff\xd8"
    assert station.recordings.list_takes(show_id) == []
    content = (station.folder / view.replay_key).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays while it loads


async def test_a_replay_goes_on_after_a_break_and_knows_its_moments(hasty_station: Station) -> None:
    show_id, key = await hasty_station.open_show()
    for _ in range(2):
        ffmpeg = await broadcast_rtmp(hasty_station, key, seconds=2)
        await ffmpeg.running.wait()
        await until(lambda: hasty_station.engine.find_live(show_id) is None)
        view = await joined(hasty_station, show_id)
    view = await joined(hasty_station, show_id, revision=2)
    assert len(view.chapters) == 2
    first, second = view.chapters
    assert second.offset_seconds == first.duration_seconds
    assert view.offset_of(second.started_at + timedelta(seconds=1)) == second.offset_seconds + 1
    assert view.offset_of(second.started_at - timedelta(milliseconds=1)) == second.offset_seconds
    assert view.replay_key is not None
    assert 3.5 < measure(hasty_station.folder / view.replay_key).video_seconds < 4.5
    assert len(list((hasty_station.folder / view.replay_key).parent.iterdir())) == 2  # replay and still


async def test_what_is_being_recorded_is_joined_at_its_own_end_and_loses_nothing(station: Station) -> None:
    """As after a restart: the takes of the process before are joined while the broadcaster is back."""
    show_id, key = await station.open_show()
    first = await broadcast_rtmp(station, key, seconds=2)
    await first.running.wait()
    await until(lambda: station.studio.count("idle") == 1)
    second = await broadcast_rtmp(station, key)
    await until(lambda: len(station.recordings.list_takes(show_id)) == 2)
    await DatabaseArchive(station.db, station.folder).finish_leftovers()
    assert len((await joined(station, show_id)).chapters) == 1
    await second.end()
    await until(lambda: station.studio.count("idle") == 2)
    (take,) = station.recordings.list_takes(show_id)
    sent = 2 + measure(take.path).video_seconds
    await station.engine.end(show_id)
    view = await joined(station, show_id, revision=2)
    assert view.replay_key is not None
    assert abs(measure(station.folder / view.replay_key).video_seconds - sent) < 0.5


async def test_takes_of_two_sizes_become_one_picture(station: Station) -> None:
    show_id, key = await station.open_show()
    for size in ("180x320", "320x240"):
        ffmpeg = await broadcast_rtmp(station, key, seconds=2, size=size)
        await ffmpeg.running.wait()
        await until(lambda: (live := station.engine.find_live(show_id)) is None or not live.broadcasting)
    await station.engine.end(show_id)
    view = await joined(station, show_id)
    assert view.replay_key is not None
    found = measure(station.folder / view.replay_key)
    assert found.size == (320, 240)
    assert 3.5 < found.video_seconds < 4.5
    assert abs(found.video_seconds - found.audio_seconds) < 0.5


async def test_a_kill_in_the_middle_leaves_a_recording_that_a_restart_finishes(
    social_db: Database, tmp_path: Path
) -> None:
    show_id = new_id()
    program = Path(media.__file__).with_name("recorder.py")
    recorder = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), str(tmp_path), show_id.hex), stdout=asyncio.subprocess.PIPE
    )
    assert recorder.stdout is not None
    port = int(await recorder.stdout.readline())
    ffmpeg = await start_ffmpeg(*picture(), *H264, *AAC, "-f", "flv", f"rtmp://127.0.0.1:{port}/live/any")
    recordings = DiskRecordingStore(tmp_path, SystemClock())
    await until(
        lambda: [take for take in recordings.list_takes(show_id) if take.path.stat().st_size > 200_000]
    )
    os.kill(recorder.pid, signal.SIGKILL)
    await recorder.wait()
    await ffmpeg.kill()
    (take,) = recordings.list_takes(show_id)
    with take.path.open("ab") as file:  # as if the disk had taken only part of the last write
        file.write(b"\x00\x00\x10\x00moof cut off")
    left = measure(take.path)
    async with running_station(social_db, tmp_path) as restarted:
        view = await joined(restarted, show_id)
        assert view.replay_key is not None
        found = measure(tmp_path / view.replay_key)
    assert found.frames == left.frames >= 20
    assert found.audio_seconds == pytest.approx(left.audio_seconds, abs=0.1)
    assert view.started_at == take.started_at
