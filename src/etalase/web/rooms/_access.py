"""Who may do what in the room's pages, by the rulebook and by the shop's word."""

from datetime import datetime
from uuid import UUID

from etalase.platform.i18n import day_of
from etalase.policy import Action, Facts, Rulebook, Verdict, decide


def in_room_purchase(policy: Rulebook, now: datetime) -> Verdict:
    """Decide whether a viewer may hold and buy in the room at this moment."""
    return decide(policy, Facts(Action.HOLD_IN_ROOM, day_of(now)))


def sales_report(policy: Rulebook, now: datetime) -> Verdict:
    """Decide whether a host may see orders and money in the studio at this moment."""
    return decide(policy, Facts(Action.REPORT_SALES, day_of(now)))


def read_id(text: str) -> UUID | None:
    """Return the id that a form sent, or None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
