"""Writes fragments of an mp4: `moof` and `mdat` with the samples of one part (ISO/IEC 14496-12, 8.8). No I/O.

Track 1 is the picture, in ticks of `CLOCK`, track 2 the sound, in samples. A part may hold either alone: the
picture stands still while its last frame lasts.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

VIDEO_TRACK, AUDIO_TRACK = 1, 2
MATRIX_BYTES = 36

_DEFAULT_BASE_IS_MOOF = 0x02_0000
_DEFAULT_DURATION = 0x8
_OFFSET, _DURATION, _SIZE, _FLAGS, _COMPOSITION = 0x1, 0x100, 0x200, 0x400, 0x800
_KEY = 0x0200_0000
"""`sample_depends_on` is 2: on no other (8.6.4)."""
_NOT_KEY = 0x0101_0000
"""It depends on others, and `sample_is_non_sync_sample` is set."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame as AVC wants it in mp4; moments are ticks since the era's start."""

    content: bytes
    ticks: int
    shown_after: int
    """Ticks from its turn to be decoded until it is shown."""
    key: bool


@dataclass(frozen=True, slots=True)
class Sound:
    """Frames of sound in a row, each of `frame_samples`, the first one at `start`, in samples."""

    start: int
    frame_samples: int
    frames: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Fragment:
    """One part: its bytes, its time within the era, and what the playlist says of it."""

    content: bytes
    start_seconds: float
    duration_seconds: float
    independent: bool
    closes: bool


def write_fragment(sequence: int, pictures: Sequence[tuple[Picture, int]], sound: Sound) -> bytes:
    """Return `moof` and `mdat`; each picture comes with how many ticks it lasts. One of both may be empty."""
    video_bytes = sum(len(picture.content) for picture, _ in pictures)
    draft = _moof(sequence, pictures, sound, 0, 0)
    video_at = len(draft) + 8
    moof = _moof(sequence, pictures, sound, video_at, video_at + video_bytes)
    samples = (*(picture.content for picture, _ in pictures), *sound.frames)
    return moof + _box(b"mdat", *samples)


def _moof(
    sequence: int, pictures: Sequence[tuple[Picture, int]], sound: Sound, video_at: int, audio_at: int
) -> bytes:
    trafs = []
    if pictures:
        trafs.append(_video_traf(pictures, video_at))
    if sound.frames:
        trafs.append(_audio_traf(sound, audio_at))
    return _box(b"moof", _full_box(b"mfhd", 0, 0, struct.pack(">I", sequence)), *trafs)


def _video_traf(pictures: Sequence[tuple[Picture, int]], at: int) -> bytes:
    flags = _OFFSET | _DURATION | _SIZE | _FLAGS | _COMPOSITION
    samples = b"".join(
        struct.pack(
            ">IIIi", ticks, len(picture.content), _KEY if picture.key else _NOT_KEY, picture.shown_after
        )
        for picture, ticks in pictures
    )
    return _box(
        b"traf",
        _full_box(b"tfhd", 0, _DEFAULT_BASE_IS_MOOF, struct.pack(">I", VIDEO_TRACK)),
        _full_box(b"tfdt", 1, 0, struct.pack(">Q", pictures[0][0].ticks)),
        _full_box(b"trun", 1, flags, struct.pack(">Ii", len(pictures), at) + samples),
    )


def _audio_traf(sound: Sound, at: int) -> bytes:
    head = struct.pack(">II", AUDIO_TRACK, sound.frame_samples)
    sizes = struct.pack(f">{len(sound.frames)}I", *map(len, sound.frames))
    return _box(
        b"traf",
        _full_box(b"tfhd", 0, _DEFAULT_BASE_IS_MOOF | _DEFAULT_DURATION, head),
        _full_box(b"tfdt", 1, 0, struct.pack(">Q", sound.start)),
        _full_box(b"trun", 0, _OFFSET | _SIZE, struct.pack(">Ii", len(sound.frames), at) + sizes),
    )


def _box(kind: bytes, *content: bytes) -> bytes:
    return b"".join((struct.pack(">I4s", 8 + sum(map(len, content)), kind), *content))


def _full_box(kind: bytes, version: int, flags: int, content: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), content)
