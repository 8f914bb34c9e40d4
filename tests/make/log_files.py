"""The program's log as `etalase serve` writes it, for tests that read what it says."""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import structlog

from etalase.platform.logs import LogHandler, configure_logging
from tests.make.process import LOGS


class LogFile:
    """What was logged so far."""

    def __init__(self, path: Path, handler: LogHandler) -> None:
        self._path = path
        self.handler = handler

    def end(self) -> str:
        """Write all that waits and return everything."""
        self.handler.close()
        return self._path.read_text(errors="replace")


@contextmanager
def logging_to(path: Path, log_format: Literal["text", "json"] = "text") -> Iterator[LogFile]:
    """Log into a file, as the program logs to standard error; afterwards log as before."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    with as_before():
        handler = configure_logging(log_format, descriptor=descriptor)
        try:
            yield LogFile(path, handler)
        finally:
            handler.close()
            os.close(descriptor)


@contextmanager
def as_before() -> Iterator[None]:
    """Undo what `configure_logging` sets for the whole process."""
    logs = [logging.getLogger(name or None) for name in LOGS]
    kept = [(one, one.handlers[:], one.level) for one in logs]
    said = structlog.get_config() if structlog.is_configured() else None
    raising = logging.raiseExceptions
    hooks = sys.unraisablehook, threading.excepthook
    try:
        yield
    finally:
        for one, handlers, level in kept:
            one.handlers[:] = handlers
            one.setLevel(level)
        logging.raiseExceptions = raising
        logging.captureWarnings(capture=False)
        sys.unraisablehook, threading.excepthook = hooks
        structlog.reset_defaults()
        if said is not None:
            structlog.configure(**said)
