"""The little that remuxing needs to know of H.264's byte stream (ITU-T H.264, annex B)."""

import re

START_CODE = b"\x00\x00\x01"
IDR, SPS, PPS = 5, 7, 8
PLAYABLE_PROFILES = {66, 77, 100}
"""profile_idc (A.2) of Baseline, Main and High: browsers play them, and none of the others."""
_NAL = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)


def list_nal_types(frame: bytes) -> list[int]:
    """Return the types of the NAL units in a frame."""
    return [match[1][0] & 0x1F for match in _NAL.finditer(frame)]


def is_key_frame(frame: bytes) -> bool:
    """Tell whether a decoder can begin here."""
    return IDR in list_nal_types(frame)


def is_playable(config: bytes) -> bool:
    """Tell whether browsers play what a container describes so (ISO/IEC 14496-15, 5.3.3.1), or leaves out."""
    is_avc_configuration = len(config) > 1 and config[0] == 1
    return not is_avc_configuration or config[1] in PLAYABLE_PROFILES


def find_parameter_sets(frame: bytes) -> bytes:
    """Return the SPS and PPS of a frame as they stand; nothing if it has none."""
    starts = [(match.start(), match[1][0] & 0x1F) for match in _NAL.finditer(frame)]
    ends = [start for start, _ in starts[1:]] + [len(frame)]
    sets = [
        frame[start:end].rstrip(b"\x00")
        for (start, kind), end in zip(starts, ends, strict=True)
        if kind in {SPS, PPS}
    ]
    return b"".join(sets)


def to_length_prefixed(frame: bytes) -> bytes:
    """Return a frame with each NAL unit's length before it, as mp4 wants it (ISO/IEC 14496-15, 5.3)."""
    starts = [match.start() + len(START_CODE) for match in _NAL.finditer(frame)]
    ends = [start - len(START_CODE) for start in starts[1:]] + [len(frame)]
    units = [frame[start:end].rstrip(b"\x00") for start, end in zip(starts, ends, strict=True)]
    return b"".join(piece for unit in units for piece in (len(unit).to_bytes(4, "big"), unit))
