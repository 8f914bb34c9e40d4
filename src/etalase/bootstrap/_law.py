"""The law that the settings name, and its changes: told to the operator before and when they come."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from prometheus_client import Gauge

from etalase.bootstrap._program import Program
from etalase.kernel.clock import Clock
from etalase.platform.settings import SettingsInvalid
from etalase.policy import Action, Facts, Law, RulebookUnknown, load_law

log = structlog.get_logger()

LOOK_SECONDS = 30.0
REPORTED_AGAIN = timedelta(days=1)
WARNED_BEFORE = timedelta(days=30)

law_lapses = Gauge(
    "etalase_law_lapses_seconds", "Time until some action has no rulebook in force; -1 where no end is known"
)


def law_of(program: Program) -> Law:
    """Return the law that the settings name. Raises SettingsInvalid where there is none of that name."""
    try:
        return load_law(program.rulebook, Path(program.rulebooks_dir) if program.rulebooks_dir else None)
    except RulebookUnknown as error:
        raise SettingsInvalid([f"ETALASE_RULEBOOK: {error}"]) from error


def describe(law: Law, now: datetime) -> str:
    """Say in a line which books hold, and until when something is known."""
    books = ", ".join(book.id for book in law.books_at(now)) or "no rulebook in force"
    turn = law.next_turn(now)
    return f"law {law.name}: {books}" + (f"; changes at {turn:%Y-%m-%d %H:%M} UTC" if turn else "")


def warnings(law: Law, now: datetime, *, together: bool) -> Iterator[str]:
    """Say what an operator has to do about the law, within WARNED_BEFORE of the day on which it is needed.

    `together` tells that both planes share an address.
    """
    lapses = law.lapses_at(now)
    if lapses is not None and lapses - now <= WARNED_BEFORE:
        since = f"from {lapses:%Y-%m-%d %H:%M} UTC on" if lapses > now else "now"
        yield (
            f"{since} no rulebook is in force for some of what rooms and shops do, and it is refused: install"
            " a version that has the next one, or put it into ETALASE_RULEBOOKS_DIR, and start again"
        )
    turn = law.next_turn(now)
    for at in (now, turn):
        if (
            at is not None
            and together
            and at - now <= WARNED_BEFORE
            and not law.allows(Action.PAY_IN_ROOM, Facts(at))
        ):
            since = f"from {at:%Y-%m-%d %H:%M} UTC on" if at > now else "now"
            yield (
                f"{since} nobody may pay in a room: give each plane an address with ETALASE_SOCIAL_URL and"
                " ETALASE_COMMERCE_URL, and start again"
            )
            return


async def watch_law(law: Law, clock: Clock, *, together: bool) -> None:
    """Log which books hold, at start and when they change, and once a day what has to be done about it."""
    held: tuple[str, ...] | None = None
    reported_at: datetime | None = None
    while True:
        now = clock.now()
        holding = tuple(book.id for book in law.books_at(now))
        lapses = law.lapses_at(now)
        law_lapses.set((lapses - now).total_seconds() if lapses else -1)
        if holding != held:
            log.info("law_in_force", law=law.name, rulebooks=", ".join(holding))
        if holding != held or reported_at is None or now - reported_at >= REPORTED_AGAIN:
            for warning in warnings(law, now, together=together):
                log.warning("law_needs_you", law=law.name, what=warning)
            reported_at = now
        held = holding
        await asyncio.sleep(LOOK_SECONDS)
