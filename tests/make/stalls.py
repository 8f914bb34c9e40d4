"""Holds the tests' process up now and then, as a busy machine does: what falls then held by luck.

`STALLS=0.8 make test ARGS=…` stops the main thread for so many seconds, every one or two seconds. Servers and
browsers of their own processes go on meanwhile, so that they are early and the test is late.
"""

import os
import random
import signal
import threading
import time
from types import FrameType

from tests.make.waiting import block_until_time

SECONDS = float(os.environ.get("STALLS", "0"))
EVERY_SECONDS = (1.0, 2.5)
SIGNAL = signal.SIGUSR2


def begin() -> None:
    """Hold this process up from now on, if `STALLS` says so."""
    if SECONDS:
        signal.signal(SIGNAL, _stall)
        threading.Thread(target=_call, daemon=True).start()


def _stall(_signal: int, _frame: FrameType | None) -> None:
    block_until_time(time.monotonic() + SECONDS)


def _call() -> None:
    while True:
        block_until_time(time.monotonic() + SECONDS + random.uniform(*EVERY_SECONDS))  # noqa: S311  no secret
        signal.pthread_kill(threading.main_thread().ident or 0, SIGNAL)
