"""Ports for programs that are told theirs before they start."""

import itertools
import os
import socket

FIRST, COUNT = 20_000, 12_000
"""Below those that Linux gives out by itself: nobody gets one of these by chance before its program."""
APART = 97
"""Between two test processes that start together; each takes fewer."""
_tried = itertools.count(os.getpid() * APART)


def free_port() -> int:
    """Return a port of the loopback address that nobody has, and that is given once in this process."""
    for number in itertools.islice(_tried, COUNT):
        port = FIRST + number % COUNT
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("no port is free")
