"""The log says what failed and where; it is short, holds nobody up, and outlives its disk."""

import asyncio
import gc
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Literal

import pytest
import structlog
from prometheus_client import REGISTRY

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import DatabaseAway
from etalase.platform.logs import LogHandler, configure_logging, describe, report_loop_error
from tests.make.log_files import as_before, logging_to
from tests.make.waiting import PATIENCE_SECONDS, block_until

SECRET = "hunter2-of-the-test"
log = structlog.get_logger()


def fail(secret: str) -> None:
    """Fail with a secret in the variables and in the words."""
    password = f"password {secret}"
    raise ValueError(password)


def dive(depth: int) -> None:
    if depth:
        dive(depth - 1)
    else:
        fail(SECRET)


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_is_plain_and_without_values(tmp_path: Path, log_format: Literal["text", "json"]) -> None:
    with logging_to(tmp_path / "log", log_format) as message:
        try:
            dive(300)
        except ValueError as error:
            log.exception("first", cookie=SECRET, api_token=SECRET)
            log.exception("second", exc_info=ExceptionGroup(SECRET, [error, KeyError(SECRET)]))
            later = LookupError(SECRET)
            later.__cause__ = error
            logging.getLogger("library").exception("third", exc_info=later)
        text = message.end()
    assert SECRET not in text
    for wanted in (
        "first",
        "second",
        "third",
        "in fail",
        "raise ValueError(password)",
        "ValueError",
        "KeyError",
    ):
        assert wanted in text
    assert "more ..." in text
    assert len(text) < 20_000


def test_json_is_a_line_of_json_for_each_event(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", "json") as message:
        structlog.contextvars.bind_contextvars(request_id="abcdef")
        log.warning(
            "seen", error=DatabaseAway("08006"), value={"a": ["b"] * 1_000}, text="x\n\x1b[31mforged" * 900
        )
        logging.getLogger("library").warning("it is %s", "so\nforged line")
        structlog.contextvars.clear_contextvars()
        lines = [json.loads(line) for line in message.end().splitlines()]
    assert [line["event"] for line in lines] == ["seen", "it is so"]
    assert lines[0]["request_id"] == "abcdef"
    assert lines[0]["error"] == "DatabaseAway: 08006"
    assert all(len(str(value)) < 1_000 for value in lines[0].values())
    assert "\x1b" not in lines[0]["text"]


def test_text_can_not_be_forged(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log") as message:
        log.warning("seen\n2026-11-27 [error] forged", text="a\n2026-11-27 [error] forged\u2028\x9b31m\u202e")
        text = message.end()
    assert len(text.splitlines()) == 1
    assert not {"\x9b", "\u202e", "\u2028"} & set(text)


def test_what_repeats_is_counted(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", "json") as message:
        for number in range(500):
            try:
                fail(f"{SECRET} {number}")
            except ValueError:
                log.exception("failed", request_id=f"id-{number}")
            log.warning("away", error=DatabaseAway("08006"))
        log.warning("away", error=DatabaseAway("57P01"))
        lines = [json.loads(line) for line in message.end().splitlines()]
    assert [(line["event"], line.get("repeated")) for line in lines] == [
        ("failed", None),
        ("away", None),
        ("away", None),
        ("failed", 499),
        ("away", 499),
    ]


def test_nobody_waits_for_a_pipe_that_nobody_reads() -> None:
    reads, writes = os.pipe()
    with as_before():
        handler = configure_logging("text", descriptor=writes)
        began = time.monotonic()
        for number in range(20_000):
            log.warning("line", number=number)
        assert time.monotonic() - began < PATIENCE_SECONDS
        began = time.monotonic()
        handler.close()
        assert time.monotonic() - began < PATIENCE_SECONDS
    os.close(reads)
    os.close(writes)


def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    with as_before():
        handler = configure_logging("json", descriptor=full)
        for number in range(100):
            log.warning("line", number=number)
        handler.close()
    os.close(full)


def lost() -> float:
    """Return how many lines were lost so far, as operators see it."""
    return REGISTRY.get_sample_value("etalase_log_lines_lost_total") or 0.0


def test_a_log_that_can_be_written_again_goes_on_and_tells_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etalase.platform.logs._thread.AGAIN_SECONDS", 0.05)
    monkeypatch.setattr("etalase.platform.logs._thread.LOOK_SECONDS", 0.05)
    path = tmp_path / "log"
    descriptor = os.open("/dev/full", os.O_WRONLY)
    with as_before():
        handler = configure_logging("json", descriptor=descriptor)
        before = lost()
        log.warning("lost")
        block_until(lambda: lost() > before)
        room = os.open(path, os.O_CREAT | os.O_WRONLY)
        os.dup2(room, descriptor)
        block_until(lambda: "log_lines_lost" in path.read_text())
        log.warning("kept")
        handler.close()
    os.close(room)
    os.close(descriptor)
    text = path.read_text()
    assert "kept" in text
    assert "log_lines_lost" in text


def test_a_closed_pipe_hurts_nobody() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with as_before():
        handler = configure_logging("text", descriptor=writes)
        log.error("line", exc_info=ValueError(SECRET))
        handler.close()
    os.close(writes)


async def test_the_loop_is_not_held_up(tmp_path: Path) -> None:
    longest = 0.0
    deep = json.loads('{"a":' * 400 + "1" + "}" * 400)
    with logging_to(tmp_path / "log") as message:
        for number in range(300):
            try:
                dive(500 + number)
            except ValueError as error:
                began = time.thread_time()  # what others do with the processors meanwhile is none of its
                log.exception("failed", exc_info=error, body=deep, number=number)
                longest = max(longest, time.thread_time() - began)
        assert len(message.end()) < 2_000_000
    assert longest < 0.1


async def test_what_nobody_catches_is_told_without_arguments(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report_loop_error)
    with logging_to(tmp_path / "log") as message:
        loop.call_soon(fail, SECRET)
        task = asyncio.ensure_future(asyncio.to_thread(fail, SECRET))
        await asyncio.wait([task])
        del task
        gc.collect()
        await asyncio.sleep(0)
        thread = threading.Thread(target=fail, args=(SECRET,), name="side")
        thread.start()
        thread.join()
        sys.unraisablehook(_Unraisable())  # type: ignore[arg-type]
        text = message.end()
    loop.set_exception_handler(None)
    assert SECRET not in text
    for wanted in ("loop_error", "thread_failed", "error_nobody_could_catch", "in fail"):
        assert wanted in text


class _Unraisable:
    """As the interpreter gives it."""

    exc_type, exc_value, exc_traceback, err_msg, object = ValueError, ValueError(SECRET), None, None, None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError(SECRET), "ValueError"),
        (KeyError(SECRET), "KeyError"),
        (RuntimeError(SECRET), "RuntimeError"),
        (OSError(28, "No space left on device", SECRET), "OSError: No space left on device"),
        (UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET), "UnicodeDecodeError"),
        (TypeError("f() takes no arguments"), "TypeError: f() takes no arguments"),
        (Invalid(FieldProblem(SECRET, "required")), "Invalid: invalid_input"),
        (DatabaseAway("08006 ConnectionFailureError"), "DatabaseAway: 08006 ConnectionFailureError"),
    ],
)
def test_of_an_exception_is_told_what_speaks_of_code(error: Exception, message: str) -> None:
    assert describe(error) == message


def test_a_line_that_can_not_be_told_hurts_nobody(tmp_path: Path) -> None:
    class Wild:
        def __repr__(self) -> str:
            raise RuntimeError(SECRET)

    with logging_to(tmp_path / "log") as message:
        log.warning("wild", value=Wild(), other=[Wild()], surrogate="\ud800", number=10**5_000)
        logging.getLogger("library").warning("%d of %s", "no number", SECRET)
        log.warning("afterwards")
        text = message.end()
    assert "afterwards" in text
    assert SECRET not in text
    assert isinstance(message.handler, LogHandler)
