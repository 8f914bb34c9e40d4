"""RTMP's simple handshake (5.2): a version, 1,536 bytes each way, and the same ones back."""

import os

from etalase.social.media._adapters.rtmp.chunks import ChunkStreamBroken

VERSION = 3
SIZE = 1_536
STRANGERS = {
    b"\x16": "a TLS hello: RTMPS is not spoken here",
    b"G": "an HTTP request",
    b"P": "an HTTP request",
    b"H": "an HTTP request",
    b"O": "an HTTP request",
    b"\x06": "encrypted RTMP, which is not spoken here",
    b"\x08": "encrypted RTMP, which is not spoken here",
}
"""Who knocks at the wrong door, by the first byte."""


class Handshake:
    """The server's side. The peer's numbers are not checked: they prove nothing."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._out = b""
        self._has_answered = False
        self.is_over = False

    def feed(self, content: bytes) -> bytes | None:
        """Take bytes; once it is over, return what comes after it. Raises ChunkStreamBroken."""
        self._received += content
        if self._received and self._received[0] != VERSION:
            first = bytes(self._received[:1])
            raise ChunkStreamBroken(STRANGERS.get(first, "no RTMP"))
        if not self._has_answered and len(self._received) > SIZE:
            self._has_answered = True
            ours = bytes(8) + os.urandom(SIZE - 8)
            self._out = bytes([VERSION]) + ours + bytes(self._received[1 : 1 + SIZE])
        if len(self._received) < 1 + 2 * SIZE:
            return None
        self.is_over = True
        rest, self._received = bytes(self._received[1 + 2 * SIZE :]), bytearray()
        return rest

    def take_output(self) -> bytes:
        """Return what is to be sent, once."""
        content, self._out = self._out, b""
        return content
