"""Argon2id in threads: slow on purpose, so bounded in how many run and how many wait.

A hash takes tens of milliseconds and 19 MiB. It never runs on the event loop, never holds a database
connection unless its caller does, and a flood of sign-ins is refused rather than queued without end.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from etalase.kernel.errors import Refusal

R = TypeVar("R")
THREADS = 2
MAX_WAITING = 64
BUSY_SECONDS = 5


class TooBusy(Refusal):
    """More passwords wait to be checked than can be done soon; better in `retry_after_seconds`."""

    code = "too_busy"


@dataclass(frozen=True)
class Cost:
    """What one hash takes of the machine, on one lane."""

    passes: int
    memory_kib: int


OWASP = Cost(passes=2, memory_kib=19_456)
"""OWASP's second choice for Argon2id. Tests that are about other things hash at a lower cost."""


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self, cost: Cost = OWASP, *, threads: int = THREADS, max_waiting: int = MAX_WAITING) -> None:
        self.set_cost(cost)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._max_waiting = max_waiting
        self._waiting = 0

    def set_cost(self, cost: Cost) -> None:
        """Hash with this cost from now on; what was hashed at another is still verified, and hashed anew."""
        self.cost = cost
        hasher = PasswordHash(
            (Argon2Hasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=1),)
        )
        self._hasher = hasher
        self._decoy = cache(lambda: hasher.hash("nobody has this password"))

    async def hash(self, password: str) -> str:
        """Return a salted hash with its parameters, fit to be stored."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Tell whether the password is right, and a newer hash to store if the old one has weaker parameters.

        With nothing stored it works as long and says no: the time taken doesn't tell who has an account.
        """
        if stored is None:
            await self._run(lambda: self._hasher.verify(password, self._decoy()))
            return False, None
        return await self._run(lambda: self._hasher.verify_and_update(password, stored))

    async def _run(self, work: Callable[[], R]) -> R:
        if self._waiting >= self._max_waiting:
            raise TooBusy(retry_after_seconds=BUSY_SECONDS)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


passwords = Passwords()
"""The one of this process: its bound is the machine's."""
