"""Tags of FLV (Adobe, FLV 10.1, annex E.4.1), of which RTMP's sound and pictures are the bodies."""

from collections.abc import Iterator
from dataclasses import dataclass

from etalase.social.media._adapters.rtmp.chunks import ChunkStreamBroken

AUDIO, VIDEO, AGGREGATE = 8, 9, 22
HEADER_BYTES, BACK_POINTER_BYTES = 11, 4
ENHANCED, MULTITRACK = 0x80, 6
LEGACY_PICTURES = {2, 4, 5, 7}
"""H.263, VP6 with and without alpha, H.264: what FFmpeg reads of the numbers in the standard's table."""
ENHANCED_PICTURES = {b"avc1", b"hvc1", b"av01", b"vp09", b"vp08"}
FILE_HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class Tag:
    """One piece of sound or picture, and its moment in milliseconds."""

    type_id: int
    timestamp: int
    body: bytes

    def __bytes__(self) -> bytes:
        """Return the tag as it stands in a file, with the back pointer that follows it."""
        moment = self.timestamp & 0xFFFF_FFFF
        header = (
            bytes([self.type_id])
            + len(self.body).to_bytes(3, "big")
            + (moment & 0xFF_FFFF).to_bytes(3, "big")
            + bytes([moment >> 24])
            + bytes(3)
        )
        return header + self.body + (len(self.body) + HEADER_BYTES).to_bytes(4, "big")


def split_aggregate(content: bytes, timestamp: int) -> Iterator[Tag]:
    """Yield the sound and pictures of an aggregate message (RTMP 1.0, 7.1.6), whose moment is its first's.

    Raises ChunkStreamBroken where it is cut short.
    """
    place, shift = 0, None
    while place < len(content):
        header = content[place : place + HEADER_BYTES]
        size, moment = int.from_bytes(header[1:4], "big"), int.from_bytes(header[7:8] + header[4:7], "big")
        body = content[place + HEADER_BYTES : place + HEADER_BYTES + size]
        if len(header) < HEADER_BYTES or len(body) < size:
            raise ChunkStreamBroken("an aggregate that is cut short")
        shift = timestamp - moment if shift is None else shift
        if header[0] in {AUDIO, VIDEO}:
            yield Tag(header[0], moment + shift & 0xFFFF_FFFF, body)
        place += HEADER_BYTES + size + BACK_POINTER_BYTES


def find_foreign_codec(tag: Tag) -> str | None:
    """Return the name of a picture's codec that nothing here decodes; None if all is well."""
    if tag.type_id != VIDEO or not tag.body:
        return None
    if tag.body[0] & ENHANCED:  # Enhanced RTMP v2: then a FourCC follows, but for pieces of several tracks
        four_cc = tag.body[1:5]
        is_known = four_cc in ENHANCED_PICTURES or tag.body[0] & 0x0F == MULTITRACK
        return None if is_known else four_cc.decode("ascii", "replace")
    number = tag.body[0] & 0x0F
    return None if number in LEGACY_PICTURES else f"number {number}"
