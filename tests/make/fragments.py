"""Reads an init segment and the fragments after it, apart from what wrote them (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

NOT_SYNC = 0x0001_0000


@dataclass
class ReadTrack:
    """What an init segment says of a track."""

    number: int
    kind: str
    timescale: int
    matrix: tuple[int, ...]


@dataclass
class ReadRun:
    """One track's share of a fragment, in seconds."""

    start: float
    durations: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    begins_with_key: bool = False

    @property
    def end(self) -> float:
        """Where the last sample ends."""
        return self.start + sum(self.durations)


@dataclass
class ReadFragment:
    """What one part holds."""

    sequence: int
    video: ReadRun | None
    audio: ReadRun | None


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes of a file or of a box."""
    at = 0
    while at < len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        assert 8 <= size <= len(content) - at, f"{kind!r} of {size} bytes"
        yield kind, content[at + 8 : at + size]
        at += size


def read_init(init: bytes) -> dict[int, ReadTrack]:
    """Return the tracks by their number."""
    moov = dict(boxes(init))[b"moov"]
    tracks = {}
    for kind, trak in boxes(moov):
        if kind != b"trak":
            continue
        tkhd, mdia = dict(boxes(trak))[b"tkhd"], dict(boxes(dict(boxes(trak))[b"mdia"]))
        wide = tkhd[0] == 1
        (number,) = struct.unpack_from(">I", tkhd, 20 if wide else 12)
        (timescale,) = struct.unpack_from(">I", mdia[b"mdhd"], 20 if mdia[b"mdhd"][0] == 1 else 12)
        handler = mdia[b"hdlr"][8:12].decode()
        matrix = struct.unpack_from(">9i", tkhd, 52 if wide else 40)
        tracks[number] = ReadTrack(number, {"vide": "video", "soun": "audio"}[handler], timescale, matrix)
    return tracks


def read_fragment(content: bytes, tracks: dict[int, ReadTrack]) -> ReadFragment:
    """Return one fragment; every byte of `mdat` belongs to one sample."""
    (moof_kind, moof), (mdat_kind, mdat) = boxes(content)
    assert (moof_kind, mdat_kind) == (b"moof", b"mdat")
    sequence = 0
    runs: dict[str, ReadRun] = {}
    for kind, body in boxes(moof):
        if kind == b"mfhd":
            (sequence,) = struct.unpack_from(">I", body, 4)
        elif kind == b"traf":
            track, run, offset = _read_run(body, tracks)
            assert track.kind not in runs
            taken = sum(sum(other.sizes) for other in runs.values())
            assert offset == len(moof) + 8 + 8 + taken
            runs[track.kind] = run
    assert sum(sum(run.sizes) for run in runs.values()) == len(mdat)
    return ReadFragment(sequence, runs.get("video"), runs.get("audio"))


def _read_run(traf: bytes, tracks: dict[int, ReadTrack]) -> tuple[ReadTrack, ReadRun, int]:
    inside = dict(boxes(traf))
    tfhd, tfdt, trun = inside[b"tfhd"], inside[b"tfdt"], inside[b"trun"]
    track = tracks[struct.unpack_from(">I", tfhd, 4)[0]]
    default = struct.unpack_from(">I", tfhd, 8)[0] if tfhd[3] & 0x8 else 0
    assert tfdt[0] == 1
    run = ReadRun(struct.unpack_from(">Q", tfdt, 4)[0] / track.timescale)
    present = int.from_bytes(trun[1:4], "big")
    count, offset = struct.unpack_from(">Ii", trun, 4)
    at, step = 12, 4 * (present & 0xF00).bit_count()
    for index in range(count):
        values = iter(struct.unpack_from(f">{step // 4}I", trun, at + index * step))
        run.durations.append((next(values) if present & 0x100 else default) / track.timescale)
        run.sizes.append(next(values) if present & 0x200 else 0)
        flags = next(values) if present & 0x400 else 0
        if index == 0:
            run.begins_with_key = not flags & NOT_SYNC
    return track, run, offset
