"""The hardest broadcasts in a real browser: clocks that leap, holes, slow pictures, sound apart."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import pytest
from playwright.async_api import Browser

from etalase.kernel.ids import new_code
from etalase.social.media._adapters.sources import Packet, Track
from tests.make.broadcasts import Reel, Sent, broadcast, leap, without
from tests.make.databases import DatabasePool, Databases
from tests.make.media import Station, running_station
from tests.make.waiting import block_until_time
from tests.stories.test_video_reaches_the_viewer import library, player, watch

SECONDS = 16
MAX_STOP = 3.0
MAX_VIEWINGS = 3

PROGRESS = """async (seconds) => {
  const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const hasMore = () => {
    const { buffered } = video;
    return buffered.length > 0 && buffered.end(buffered.length - 1) > video.currentTime + 0.3;
  };
  const from = video.currentTime, first = frames(), began = performance.now();
  let at = from, turn = began, still = 0, longest = 0, played = 0, leaps = 0, leapt = 0;
  video.addEventListener("seeking", () => { leaps += 1; });
  while (video.currentTime < from + seconds && performance.now() < began + 120000) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const passed = Math.min(performance.now() - turn, 100);
    turn = performance.now();
    if (video.currentTime > at) {
      if (leaps === leapt) played += video.currentTime - at;
      at = video.currentTime;
      still = 0;
    } else if (hasMore()) still += passed;
    leapt = leaps;
    longest = Math.max(longest, still);
  }
  const { faults } = window;
  return { longest: longest / 1000, frames: frames() - first, reached: at - from, played, faults };
}"""
"""A stop counts while there is something to play: how soon parts come is held in the media's own time
(`test_clocks.py`), and on a busy machine nothing comes soon. A player that is late leaps to the live
edge: what it leaps over it reached, and did not play."""


class LiveReel(Reel):
    """A source that gives each packet when it was made, and goes on only once somebody watches."""

    def __init__(self, sent: list[Sent], *, ahead: float) -> None:
        super().__init__(sent)
        self.ahead = ahead
        self.watched = threading.Event()

    def packets(self) -> Iterator[tuple[Track, Packet]]:
        """Yield them in real time."""
        began = time.monotonic()
        for track, packet in super().packets():
            if self.now > self.ahead and not self.watched.is_set():
                self.watched.wait(MAX_PAUSE_SECONDS)  # some players begin only when more comes
                began = time.monotonic() - self.now
            block_until_time(began + self.now)
            yield track, packet


def in_fragments(sent: list[Sent], seconds: float) -> list[Sent]:
    """Return a broadcast as Safari's recorder has it: a second of picture, then its sound, all at its end."""
    pieces: list[Sent] = []
    for number, group in groupby(sent, key=lambda packet: int(packet.made / seconds)):
        made = (number + 1) * seconds
        ordered = sorted(group, key=lambda packet: packet.kind == "audio")
        pieces += [replace(packet, made=made) for packet in ordered]
    return pieces


def leaping() -> list[Sent]:
    """Return a broadcast whose clocks leap together, and each alone."""
    sent = leap(broadcast(seconds=SECONDS, fps=25, gop=50), 4.5, 3_600.0, "video", "audio")
    sent = leap(sent, 7.3, -1_800.0, "video", "audio")
    return leap(leap(sent, 9.7, 40.0, "video"), 11.2, -9.0, "audio")


CASES = {
    "leaps": (leaping(), MAX_STOP, 0.8),
    "leaps far from a key frame": (
        leap(broadcast(seconds=SECONDS, fps=25, gop=150), 7.1, -70.0, "video", "audio"),
        MAX_STOP,
        0.7,
    ),
    "three pictures a second": (broadcast(seconds=SECONDS, fps=3, gop=6), 1.5, 0.65),
    "no sound": (broadcast(seconds=SECONDS, sound=False), 1.0, 0.65),
    "sound that stops": (without(broadcast(seconds=SECONDS), "audio", 6, 99), 1.5, 0.65),
    "sound that begins late": (without(broadcast(seconds=SECONDS), "audio", 0, 7), 1.5, 0.65),
    "a picture that is gone for two seconds": (
        without(broadcast(seconds=SECONDS, gop=60), "video", 6.1, 8.1),
        MAX_STOP,
        0.6,
    ),
    "picture, then its sound": (in_fragments(broadcast(seconds=SECONDS), 1.0), 1.0, 0.65),
}
"""What is sent, the longest stop in seconds, and the least share of pictures that come, seen or dropped."""
USUALLY_AHEAD, MAX_PAUSE_SECONDS = 4.3, 8.0
AHEAD = {"leaps far from a key frame": 7.0}
"""Seconds that are sent before anybody watches: before the first trouble, and a whole segment."""
FAULTLESS = "a faultless broadcast"
FILMS = {name: sent for name, (sent, _, _) in CASES.items()} | {FAULTLESS: broadcast(seconds=SECONDS)}


@dataclass
class Screening:
    """Where broadcasts are watched, and what was seen of those that were played at once."""

    station: Station
    browser: Browser
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def take(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what was seen of it, and of the faultless one beside it; after the first time, anew."""
        if name in self.seen:
            return self.seen.pop(name), self.seen[FAULTLESS]
        here, usual = await asyncio.gather(self.play(name), self.play(FAULTLESS))
        return here, usual

    async def play(self, name: str) -> dict[str, Any]:
        """Send a broadcast and watch it; return the faults, the longest stall in seconds and the frames."""
        station, ahead = self.station, AHEAD.get(name, USUALLY_AHEAD)
        show_id, _ = await station.open_show(new_code())
        reel = LiveReel(FILMS[name], ahead=ahead)
        await station.engine.publish(show_id, reel)
        page = await self.browser.new_page()
        await watch(page, station, await station.playlist_url(show_id))
        await page.wait_for_function("video.currentTime > 0.2", timeout=90_000)
        reel.watched.set()
        seen: dict[str, Any] = await page.evaluate(PROGRESS, SECONDS - ahead - 2)
        await page.close()
        return seen


@pytest.fixture(scope="module")
async def screening(
    database_pool: DatabasePool, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Screening]:
    """Play all of them at once, and a faultless one beside them: it tells what the machine itself does."""
    databases = Databases(database_pool)
    folder = tmp_path_factory.mktemp("media")
    async with running_station(await databases.make("social"), folder, pages=(player, library)) as station:
        screening = Screening(station, browser)
        seen = await asyncio.gather(*(screening.play(name) for name in FILMS))
        screening.seen.update(zip(FILMS, seen, strict=True))
        yield screening
    await databases.drop()


def complaints(case: str, here: dict[str, Any], usual: dict[str, Any]) -> list[str]:
    """Say what did not flow."""
    sent, max_stop, share = CASES[case]
    rate = sum(packet.kind == "video" for packet in sent) / SECONDS
    found = {
        f"a stop of {here['longest']} s, {usual['longest']} s without a fault": here["longest"]
        >= max_stop + usual["longest"],
        f"{here['frames']} pictures in {here['played']} s": here["frames"] <= share * rate * here["played"],
    }
    return [complaint for complaint, is_so in found.items() if is_so]


@pytest.mark.parametrize("case", CASES)
async def test_the_show_goes_on_in_a_browser(screening: Screening, case: str) -> None:
    """How it flows is measured, and so may come from the machine: a fault of ours shows at every viewing."""
    found: list[str] = []
    for _ in range(MAX_VIEWINGS):
        here, usual = await screening.take(case)
        assert here["faults"] == []
        assert here["reached"] > SECONDS - AHEAD.get(case, USUALLY_AHEAD) - 2.5, "the show stops"
        if not (found := complaints(case, here, usual)):
            break
    assert not found, found
