"""The viewers of `fanout_c/client.c` where no C compiler is found: the same words, the same figures,
slower.
"""

import selectors
import socket
import sys
import time
from typing import BinaryIO

TEXT = 1


class Viewer:
    """One raw socket that counts the text frames that come."""

    def __init__(self, port: int, path: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.texts = 0
        self._rest = b""
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        self.socket.sendall(request.encode())
        while b"\r\n\r\n" not in self._rest:
            self._rest += self.socket.recv(4096)
        self._rest = self._rest.partition(b"\r\n\r\n")[2]
        self._count()

    def drain(self) -> int:
        """Take what has come; return how many bytes."""
        got = self.socket.recv(1 << 18)
        if not got:
            sys.exit("the server hung up")
        self._rest += got
        self._count()
        return len(got)

    def _count(self) -> None:
        place, rest = 0, self._rest
        while len(rest) >= place + 2:
            head, size = 2, rest[place + 1]
            if size >= 126:
                head = 4 if size == 126 else 10
                size = int.from_bytes(rest[place + 2 : place + head], "big")
            if len(rest) < place + head + size:
                break
            self.texts += rest[place] & 15 == TEXT
            place += head + size
        self._rest = rest[place:]


class Crowd:
    """All viewers of one process."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self.viewers = [Viewer(port, path) for _ in range(count)]
        self.bytes_in = 0
        self._selector = selectors.DefaultSelector()
        for viewer in self.viewers:
            self._selector.register(viewer.socket, selectors.EVENT_READ, viewer)

    def say(self, word: bytes) -> None:
        """Let the first viewer say a word, masked with four zeros."""
        self.viewers[0].socket.sendall(bytes((0x81, 0x80 | len(word))) + bytes(4) + word)

    def wait_for(self, texts: int) -> None:
        """Return when every viewer has so many text frames."""
        while any(viewer.texts < texts for viewer in self.viewers):
            self.take(30)

    def take(self, seconds: float) -> None:
        """Take what comes within the time."""
        for key, _ in self._selector.select(seconds):
            self.bytes_in += key.data.drain()

    def rounds(self, count: int) -> str:
        """Do so many rounds of lock-step."""
        took, start = [], time.perf_counter()
        for _ in range(count):
            before, texts = time.perf_counter(), self.viewers[0].texts + 1
            self.say(b"go")
            self.wait_for(texts)
            took.append(time.perf_counter() - before)
        total = time.perf_counter() - start
        took.sort()
        return f"{total} {took[count // 2] * 1e6} {took[count * 99 // 100] * 1e6}"

    def listen(self, seconds: float, word: bytes) -> str:
        """Take whatever comes for so long."""
        frames, count, end = (
            sum(viewer.texts for viewer in self.viewers),
            self.bytes_in,
            time.time() + seconds,
        )
        self.say(word)
        while time.time() < end:
            self.take(0.05)
        return f"{sum(viewer.texts for viewer in self.viewers) - frames} {self.bytes_in - count}"


def obey(crowd: Crowd, orders: BinaryIO) -> None:
    """Answer each order with a line."""
    for order in orders:
        word, *figures = order.split()
        if word == b"rounds":
            print(crowd.rounds(int(figures[0])), flush=True)
        elif word == b"listen":
            print(crowd.listen(float(figures[0]), b" ".join(figures[1:])), flush=True)
        else:
            return


if __name__ == "__main__":
    crowd = Crowd(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    crowd.wait_for(int(sys.argv[4]))
    print("ready", flush=True)
    obey(crowd, sys.stdin.buffer)
