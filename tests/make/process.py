"""What belongs to the whole process, and so to every test that comes after."""

import gc
import logging
import os
import sys
import threading
from typing import Any

import structlog

from etalase.platform import i18n
from etalase.platform.passwords import passwords

LOGS = ("", "asyncio", "etalase", "uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "httpx")
"""Logs that somebody here sets levels or handlers of; the first is the root."""
OFF = {"uvicorn.access"}
"""Turned off by every server that a test starts, and on by nobody."""
OF_PYTEST = "_pytest."


def log_state(name: str) -> tuple[Any, ...]:
    """Return what decides where the log's lines go."""
    log = logging.getLogger(name or None)
    handlers = [one for one in log.handlers if not type(one).__module__.startswith(OF_PYTEST)]
    return log.level, log.propagate or name in OFF, log.disabled, handlers, list(log.filters)


def state_of_process() -> dict[str, Any]:
    """Return all of it, by names that say what a test has forgotten to restore."""
    return {
        **{f"log {name or 'of all'}": log_state(name) for name in LOGS},
        "errors of logging": logging.raiseExceptions,
        "structlog": structlog.get_config(),
        "what each log line carries": structlog.contextvars.get_contextvars(),
        "language and zone": (i18n.current_language(), i18n.current_zone()),
        "environment": {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "working folder": os.getcwd(),  # noqa: PTH109 - no folder may be left for it to be a Path
        "cost of passwords": passwords.cost,
        "garbage collection": (gc.isenabled(), gc.get_threshold()),
        "hooks of exceptions": (sys.excepthook, sys.unraisablehook, threading.excepthook),
        "recursion": sys.getrecursionlimit(),
    }
