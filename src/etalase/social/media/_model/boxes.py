"""Cuts a fragmented mp4 into its init segment and fragments as the bytes come (ISO/IEC 14496-12).

It reads only what playlists need: where a fragment starts, how long it is, whether it starts with a key
frame.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

HEADER = 8
"""Bytes of a box's size and type."""

FIRST_FLAGS, DURATION, SIZE, FLAGS, OFFSET = 0x4, 0x100, 0x200, 0x400, 0x800
"""What a `trun` states (8.8.8)."""

NOT_SYNC = 0x0001_0000
"""`sample_is_non_sync_sample` in the sample flags."""


class BrokenBoxes(ValueError):
    """The bytes are no fragmented mp4."""


@dataclass(frozen=True, slots=True)
class Init:
    """`ftyp` and `moov`: what a player needs before the first fragment."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """`moof` and `mdat`; times are in seconds since the start of the track."""

    content: bytes
    start_seconds: float
    duration_seconds: float
    independent: bool


@dataclass(slots=True)
class _Track:
    timescale: int = 1
    is_video: bool = False
    sample_duration: int = 0
    sample_flags: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """One track's share of a fragment."""

    track: _Track
    start: int
    duration: int
    first_flags: int


@dataclass(slots=True)
class Splitter:
    """Takes bytes in pieces of any size, gives whole pieces of the stream."""

    _pending: bytearray = field(default_factory=bytearray)
    _held: bytearray = field(default_factory=bytearray)
    _tracks: dict[int, _Track] = field(default_factory=dict)
    _moof: bytes = b""

    def feed(self, content: bytes) -> list[Init | Fragment]:
        """Return what became whole by these bytes."""
        self._pending += content
        whole: list[Init | Fragment] = []
        while (size := self._whole_box()) is not None:
            box = bytes(self._pending[:size])
            del self._pending[:size]
            piece = self._take(box[4:8], box)
            if piece is not None:
                whole.append(piece)
        return whole

    def _whole_box(self) -> int | None:
        if len(self._pending) < HEADER:
            return None
        size = int.from_bytes(self._pending[:4], "big")
        if size < HEADER:  # 0 and 1 mean "to the end" and 64 bits, which our muxer never writes
            raise BrokenBoxes(f"a box of {size} bytes")
        return size if len(self._pending) >= size else None

    def _take(self, kind: bytes, box: bytes) -> Init | Fragment | None:
        self._held += box
        if kind == b"moov":
            self._tracks = dict(_read_tracks(box[8:]))
            return Init(self._release())
        if kind == b"moof":
            self._moof = box
        elif kind == b"mdat":
            runs = list(_read_runs(self._moof[8:], self._tracks))
            return _fragment(self._release(), runs)
        elif kind == b"mfra":
            self._release()  # an index that only files need
        return None

    def _release(self) -> bytes:
        content = bytes(self._held)
        self._held.clear()
        return content


def _fragment(content: bytes, runs: list[_Run]) -> Fragment:
    if not runs:
        raise BrokenBoxes("a fragment without samples")
    leader = next((run for run in runs if run.track.is_video), runs[0])
    scale = leader.track.timescale
    return Fragment(content, leader.start / scale, leader.duration / scale, not leader.first_flags & NOT_SYNC)


def _children(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < HEADER or at + size > len(content):
            raise BrokenBoxes(f"a box of {size} bytes inside another")
        yield kind, content[at + 8 : at + size]
        at += size


def _read_tracks(moov: bytes) -> Iterator[tuple[int, _Track]]:
    defaults = {}
    for kind, content in _children(moov):
        if kind == b"mvex":
            for inner, trex in _children(content):
                if inner == b"trex":
                    number, _, duration, _, flags = struct.unpack_from(">5I", trex, 4)
                    defaults[number] = (duration, flags)
    for kind, content in _children(moov):
        if kind == b"trak":
            number, track = _read_track(content)
            track.sample_duration, track.sample_flags = defaults.get(number, (0, 0))
            yield number, track


def _read_track(trak: bytes) -> tuple[int, _Track]:
    number, track = 0, _Track()
    for kind, content in _children(trak):
        if kind == b"tkhd":
            (number,) = struct.unpack_from(">I", content, 20 if content[0] else 12)
        elif kind == b"mdia":
            for inner, body in _children(content):
                if inner == b"mdhd":
                    (track.timescale,) = struct.unpack_from(">I", body, 20 if body[0] else 12)
                elif inner == b"hdlr":
                    track.is_video = body[8:12] == b"vide"
    return number, track


def _read_runs(moof: bytes, tracks: dict[int, _Track]) -> Iterator[_Run]:
    for kind, traf in _children(moof):
        if kind == b"traf":
            run = _read_run(traf, tracks)
            if run is not None:
                yield run


def _read_run(traf: bytes, tracks: dict[int, _Track]) -> _Run | None:
    track, start, duration, first_flags = _Track(), 0, 0, None
    sample_duration = sample_flags = 0
    for kind, body in _children(traf):
        if kind == b"tfhd":
            track = tracks[int.from_bytes(body[4:8], "big")]
            sample_duration, sample_flags = _read_defaults(body, track)
        elif kind == b"tfdt":
            start = int.from_bytes(body[4:12] if body[0] else body[4:8], "big")
        elif kind == b"trun":
            ticks, flags = _read_samples(body, sample_duration, sample_flags)
            duration += ticks
            first_flags = flags if first_flags is None else first_flags
    return None if first_flags is None else _Run(track, start, duration, first_flags)


def _read_defaults(tfhd: bytes, track: _Track) -> tuple[int, int]:
    """Return duration and flags of samples that do not state their own (8.8.7)."""
    present = int.from_bytes(tfhd[1:4], "big")
    at = 8 + (8 if present & 0x1 else 0) + (4 if present & 0x2 else 0)
    duration, flags = track.sample_duration, track.sample_flags
    if present & 0x8:
        duration = int.from_bytes(tfhd[at : at + 4], "big")
        at += 4
    if present & 0x10:
        at += 4
    if present & 0x20:
        flags = int.from_bytes(tfhd[at : at + 4], "big")
    return duration, flags


def _read_samples(trun: bytes, sample_duration: int, sample_flags: int) -> tuple[int, int | None]:
    """Return the sum of durations and the first sample's flags (8.8.8)."""
    present = int.from_bytes(trun[1:4], "big")
    count = int.from_bytes(trun[4:8], "big")
    at = 8 + (4 if present & 0x1 else 0)
    first_flags = sample_flags
    if present & FIRST_FLAGS:
        first_flags = int.from_bytes(trun[at : at + 4], "big")
        at += 4
    stated = [bit for bit in (DURATION, SIZE, FLAGS, OFFSET) if present & bit]
    if count and FLAGS in stated and not present & FIRST_FLAGS:
        where = at + 4 * stated.index(FLAGS)
        first_flags = int.from_bytes(trun[where : where + 4], "big")
    if DURATION not in stated:
        return count * sample_duration, first_flags if count else None
    step = 4 * len(stated)
    ticks = sum(
        int.from_bytes(trun[place : place + 4], "big") for place in range(at, at + step * count, step)
    )
    return ticks, first_flags if count else None
