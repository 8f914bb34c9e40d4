"""The program's log: one line for each thing an operator should know, as text or as JSON, on standard error.

Ours and the libraries' lines go one way: they are taken down where they happen, without local variables and
without what anybody sent (`_telling`), what repeats is counted (`_repeats`), and a thread writes them
(`_thread`).
"""

import atexit
import logging
import os
import re
import sys
import threading
import time
from asyncio import AbstractEventLoop
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import structlog

from etalase.platform.logs._repeats import Repeats
from etalase.platform.logs._thread import WritingThread
from etalase.platform.logs._traces import Plain, Trace, describe, plain, shorten, take_down, write_out

__all__ = ["LogFormat", "LogHandler", "configure_logging", "describe", "report_loop_error", "shorten"]

LogFormat = Literal["text", "json"]

MAX_VALUES = 24
STANDARD_ERROR = 2
QUIET = {
    **dict.fromkeys(
        ("alembic", "uvicorn", "uvicorn.access", "httpx", "httpcore", "aioice", "aiortc"), logging.WARNING
    ),
    "fontTools": logging.ERROR,
}
"""From which level on libraries are heard. A printed label makes a hundred lines, which tell its letters."""

LOOPS_WORDS = re.compile(r"[A-Za-z0-9_ ,.-]*")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LogLine:
    """What is told of one event."""

    at: float
    level: str
    event: str
    values: dict[str, Plain]
    trace: Trace | None


class LogHandler(logging.Handler):
    """Takes down what is logged and lets a thread write it. Taking down never waits and never raises."""

    def __init__(self, log_format: LogFormat, descriptor: int = STANDARD_ERROR) -> None:
        super().__init__()
        self._repeats = Repeats()
        self._render = _renderer(log_format, is_terminal=os.isatty(descriptor))
        self._thread: WritingThread[LogLine] = WritingThread(descriptor, self._text_of, self._counted)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take the record down; of what was told a moment ago, count it."""
        try:
            line = _take_down(record)
            if record.levelno < logging.WARNING or self._repeats.is_new(
                _likeness(line), line.event, time.monotonic()
            ):
                self._thread.put(line)
        except Exception:  # noqa: BLE001  a line that can't be told must hurt nobody
            self._thread.lose()

    def close(self) -> None:
        """Write what waits."""
        self._thread.stop()
        super().close()

    def _text_of(self, line: LogLine) -> str:
        at = datetime.fromtimestamp(line.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event: dict[str, Any] = {"timestamp": at, "level": line.level, "event": line.event, **line.values}
        if line.trace is not None:
            event["exception"] = write_out(line.trace)
        return str(self._render(None, "", event))

    def _counted(self, everything: bool) -> list[str]:  # noqa: FBT001
        with self.lock or threading.Lock():
            over = list(self._repeats.take_over(time.monotonic(), everything=everything))
        return [
            self._text_of(LogLine(time.time(), "warning", repeated.event, {"repeated": repeated.times}, None))
            for repeated in over
        ]


def _renderer(log_format: LogFormat, *, is_terminal: bool) -> Any:
    if log_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=is_terminal, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )


def _take_down(record: logging.LogRecord) -> LogLine:
    values: dict[str, Any] = dict(structlog.contextvars.get_contextvars())
    if isinstance(record.msg, dict):
        values |= record.msg
        event, raised = str(values.pop("event", "")), values.pop("exc_info", None)
    else:
        event, raised = _first_words(record), record.exc_info
        values["logger"] = record.name
    error = _exception_of(raised)
    return LogLine(
        record.created,
        record.levelname.lower(),
        shorten(event),
        {shorten(name, 40): plain(name, value) for name, value in list(values.items())[:MAX_VALUES]},
        None if error is None else take_down(error),
    )


def _first_words(record: logging.LogRecord) -> str:
    """Return the line of a library; the event loop's shows what a function was called with."""
    line = record.getMessage().partition("\n")[0]
    return _before_arguments(line) if record.name == "asyncio" else line


def _before_arguments(text: str) -> str:
    return LOOPS_WORDS.match(text)[0]  # type: ignore[index]  # it matches nothing, too


def _exception_of(raised: object) -> BaseException | None:
    if isinstance(raised, tuple):
        raised = raised[1]
    elif raised is True:
        raised = sys.exc_info()[1]
    return raised if isinstance(raised, BaseException) else None


def _likeness(line: LogLine) -> tuple[object, ...]:
    """Return what two lines have alike that tell of one thing: a fault's place, or all that is said."""
    if line.trace is not None:
        return (line.event, line.trace.site)
    return (line.event, *(item for item in line.values.items() if item[0] != "request_id"))


def report_loop_error(_: AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong where nobody waited for it, without the arguments that the loop would tell."""
    error = context.get("exception")
    log.error("loop_error", said=_before_arguments(str(context.get("message", ""))), exc_info=error)


def configure_logging(
    log_format: LogFormat, level: int = logging.INFO, *, descriptor: int = STANDARD_ERROR
) -> LogHandler:
    """Send every log line, ours and the libraries', one way; what nobody catches goes along."""
    handler = LogHandler(log_format, descriptor)
    logging.raiseExceptions = False
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    for noisy, heard_from in QUIET.items():
        logging.getLogger(noisy).setLevel(heard_from)
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    sys.unraisablehook = _report_unraisable
    threading.excepthook = _report_thread
    atexit.register(handler.close)
    return handler


def _report_unraisable(raised: "sys.UnraisableHookArgs") -> None:
    log.error("error_nobody_could_catch", exc_info=raised.exc_value)


def _report_thread(raised: threading.ExceptHookArgs) -> None:
    log.error("thread_failed", thread=getattr(raised.thread, "name", ""), exc_info=raised.exc_value)
