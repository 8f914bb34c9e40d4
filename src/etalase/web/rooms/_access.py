"""Who may do what in the room's pages, by the law and by the shop's word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase import bridge
from etalase.bridge import Referral
from etalase.kernel.sources import Venue
from etalase.policy import Action, Facts, Law
from etalase.social.rooms import Show
from etalase.web._closed import closed_by


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What the room's pages show. The deed itself is asked about where it is done."""

    law: Law
    bridge_key: str
    is_till_here: bool
    """Whether the till is at the room's address; a page can offer nothing that its address does not have."""

    def show_buying(self, now: datetime) -> bool:
        """Tell whether the room offers to hold and to pay."""
        facts = Facts(now)
        wanted = (Action.HOLD_IN_ROOM, Action.PAY_IN_ROOM)
        return self.is_till_here and all(self.law.allows(action, facts) for action in wanted)

    def say_link_closed(self, now: datetime) -> str:
        """Say why no offer leads to the shop; nothing where it does."""
        return closed_by(self.law, now, Action.LINK_TO_SHOP)

    def sign_referral(self, show: Show, now: datetime) -> str:
        """Return what tells the till, with each hold of this page's viewer, that they were in the room."""
        referral = Referral(show.shop.id, show.code, Venue.ROOM)
        return bridge.issue_referral(self.law, self.bridge_key, referral, now)

    def show_sales(self, now: datetime) -> bool:
        """Tell whether the studio shows orders and money to a host."""
        return self.law.allows(Action.REPORT_SALES, Facts(now))


def read_id(text: str) -> UUID | None:
    """Return the id that a form sent, or None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
