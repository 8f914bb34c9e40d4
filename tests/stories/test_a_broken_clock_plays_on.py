"""The hardest broadcasts in a real browser: clocks that leap, holes, slow pictures, sound apart."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest
from playwright.async_api import Browser

from etalase.kernel.ids import new_code
from etalase.platform.postgres import EmbeddedPostgres
from etalase.social.media._adapters.sources import Packet, Track
from tests.conftest import Databases
from tests.make.broadcasts import Reel, Sent, broadcast, leap, without
from tests.make.media import Station, running_station
from tests.make.waiting import block_until_time
from tests.stories.test_video_reaches_the_viewer import library, player, watch

SECONDS = 16
LONGEST_STOP = 3.0

PROGRESS = """async (seconds) => {
  const end = Date.now() + seconds * 1000;
  let at = video.currentTime, still = Date.now(), longest = 0, shown = 0;
  const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const first = frames();
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (video.currentTime > at) { at = video.currentTime; still = Date.now(); }
    longest = Math.max(longest, Date.now() - still);
  }
  return { longest: longest / 1000, frames: frames() - first, faults: window.faults };
}"""


class LiveReel(Reel):
    """A source that gives each packet when it was made."""

    def packets(self) -> Iterator[tuple[Track, Packet]]:
        """Yield them in real time."""
        began = time.monotonic()
        for track, packet in super().packets():
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
    "leaps": (leaping(), LONGEST_STOP, 0.8),
    "leaps far from a key frame": (
        leap(broadcast(seconds=SECONDS, fps=25, gop=150), 7.1, -70.0, "video", "audio"),
        LONGEST_STOP,
        0.7,
    ),
    "three pictures a second": (broadcast(seconds=SECONDS, fps=3, gop=6), 1.5, 0.65),
    "no sound": (broadcast(seconds=SECONDS, sound=False), 1.0, 0.65),
    "sound that stops": (without(broadcast(seconds=SECONDS), "audio", 6, 99), 1.5, 0.65),
    "sound that begins late": (without(broadcast(seconds=SECONDS), "audio", 0, 7), 1.5, 0.65),
    "a picture that is gone for two seconds": (
        without(broadcast(seconds=SECONDS, gop=60), "video", 6.1, 8.1),
        LONGEST_STOP,
        0.6,
    ),
    "picture, then its sound": (in_fragments(broadcast(seconds=SECONDS), 1.0), 1.0, 0.65),
}
"""What is sent, the longest stop in seconds, and the share of the pictures that is seen at least."""
FAULTLESS = "a faultless broadcast"


@pytest.fixture(scope="module")
async def seen(
    postgres: EmbeddedPostgres, templates: None, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, dict[str, Any]]]:
    """Play all of them at once, and a faultless one beside them: it tells what the machine itself does."""
    databases = Databases(postgres, "broken_clock")
    folder = tmp_path_factory.mktemp("media")
    films = {name: sent for name, (sent, _, _) in CASES.items()} | {FAULTLESS: broadcast(seconds=SECONDS)}
    async with running_station(await databases.make("social"), folder, pages=(player, library)) as station:
        played = await asyncio.gather(*(play(station, browser, sent) for sent in films.values()))
    yield dict(zip(films, played, strict=True))
    await databases.drop()


async def play(station: Station, browser: Browser, sent: list[Sent]) -> dict[str, Any]:
    """Send a broadcast and watch it; return the faults, the longest stall in seconds and the frames seen."""
    show_id, _ = await station.open_show(new_code())
    await station.engine.publish(show_id, LiveReel(sent))
    page = await browser.new_page()
    await watch(page, station, await station.playlist_url(show_id, seconds=90))
    await page.wait_for_function("video.currentTime > 0.2")
    seen: dict[str, Any] = await page.evaluate(PROGRESS, SECONDS - 6)
    await page.close()
    return seen


@pytest.mark.parametrize("case", CASES)
async def test_the_show_goes_on_in_a_browser(seen: dict[str, dict[str, Any]], case: str) -> None:
    """A busy machine adds to stops and takes pictures away, as it does from what is sent without a fault."""
    sent, longest, share = CASES[case]
    here, faultless = seen[case], seen[FAULTLESS]
    assert here["faults"] == []
    assert here["longest"] < longest + faultless["longest"]
    pictures = sum(packet.kind == "video" for packet in sent)
    assert here["frames"] > share * faultless["frames"] * pictures / (30 * SECONDS)
