"""When this process is asked to end. What ends then, and in which order, is the caller's."""

import asyncio
import signal
from collections.abc import Callable

_ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a supervisor, a terminal that was closed."""


def when_asked_to_end(call: Callable[[], object]) -> None:
    """Call this, on the running loop, each time that a signal asks the process to end.

    A signal that whoever started us had ignored stays ignored: `nohup` means it.
    """
    loop = asyncio.get_running_loop()
    for ask in _ASKS:
        if signal.getsignal(ask) is not signal.SIG_IGN:
            loop.add_signal_handler(ask, call)
