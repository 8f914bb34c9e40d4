"""What viewers of a session can fetch: the window, and the bytes of all that is in it."""

import gzip
from dataclasses import dataclass

from etalase.social.media._adapters.remuxer import EraStarted, FragmentMade
from etalase.social.media._model import window as windows
from etalase.social.media._model.playlist import render
from etalase.social.media._model.window import Made, Window

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
PLAYLIST_LEVEL = 5
VIDEO_TYPE = "video/mp4"


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that a viewer fetches."""

    content: bytes
    content_type: str
    gzipped: bytes | None = None
    """The same, compressed, where that is worth it."""


class Pieces:
    """Changed by a stream's task, read by its viewers. Names are looked up, never joined to a path."""

    def __init__(self, window_seconds: float) -> None:
        self.window = Window(window_seconds)
        self.poster: Blob | None = None
        self._inits: dict[str, bytes] = {}
        self._parts: dict[str, bytes] = {}
        self._playlists: dict[bool, Blob] = {}

    def start_era(self, report: EraStarted) -> None:
        """Take another init segment for what follows."""
        self._change(windows.start_era(self.window, report.began))
        self._inits[windows.init_name(self.window.era)] = report.init

    def add(self, report: FragmentMade) -> None:
        """Take a part, and let go what has become old."""
        fragment = report.fragment
        self._parts[self.window.next_part_name] = fragment.content
        made = Made(
            fragment.start_seconds,
            fragment.duration_seconds,
            independent=fragment.independent,
            closes=fragment.closes,
            pace=report.pace,
        )
        self._change(windows.add_part(self.window, made))
        self._forget_old()

    def close_segment(self) -> None:
        """Let nothing follow in the last segment."""
        self._change(windows.close_segment(self.window))

    def end(self) -> None:
        """Let nothing follow at all."""
        self._change(windows.end(self.window))

    def find_playlist(self, *, skips: bool = False) -> Blob | None:
        """Return the playlist or its delta update, written once for all; None before there is a segment."""
        if skips not in self._playlists and self.window.ready:
            text = render(self.window, skips=skips).encode()
            self._playlists[skips] = Blob(text, PLAYLIST_TYPE, gzip.compress(text, PLAYLIST_LEVEL, mtime=0))
        return self._playlists.get(skips)

    def find_blob(self, name: str) -> Blob | None:
        """Return what has this name in the window."""
        if name == "poster.jpg":
            return self.poster
        content = self._inits.get(name) or self._parts.get(name)
        if content is not None:
            return Blob(content, VIDEO_TYPE)
        for segment in self.window.segments:
            if segment.closed and windows.segment_name(segment.number) == name:
                return Blob(b"".join(self._parts[part.name] for part in segment.parts), VIDEO_TYPE)
        return None

    def has_part(self, name: str) -> bool:
        """Tell whether this part can be fetched."""
        return name in self._parts

    def list_inits(self) -> list[str]:
        """Return the names of the init segments that can be fetched."""
        return sorted(self._inits)

    def _change(self, window: Window) -> None:
        self.window = window
        self._playlists.clear()

    def _forget_old(self) -> None:
        first = self.window.segments[0]
        oldest = first.parts[0].name
        while (name := next(iter(self._parts))) != oldest:
            del self._parts[name]
        while (name := next(iter(self._inits))) != windows.init_name(first.era):
            del self._inits[name]
