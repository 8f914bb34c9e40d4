"""When the garbage collector may run."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Let the collector wait until the block's end.

    Amid a body that is nested to the limit of the stack, finalizers of whatever is collected then have no
    room to run; which test would be blamed for that was a matter of luck.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
