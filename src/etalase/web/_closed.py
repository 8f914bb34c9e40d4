"""What a page says instead of what the law of this moment lets nobody do there: no tap leads to a refusal."""

from datetime import datetime
from typing import Any

from litestar import Request

from etalase.kernel.sources import Venue
from etalase.policy import Action, Facts, Law
from etalase.web._cart import venue_of
from etalase.web._refusals import say


def closed_by(law: Law, now: datetime, *actions: Action) -> str:
    """Say in the reader's words why one of these may not be done now; nothing where all of them may."""
    for action in actions:
        refusal = law.refusal(action, Facts(now))
        if refusal is not None:
            return say(refusal).detail
    return ""


def closed_in_sheet(request: Request[Any, Any, Any], law: Law, now: datetime, *actions: Action) -> str:
    """Say the same of a page in a room's sheet; at the shop's own site nothing is closed."""
    return closed_by(law, now, *actions) if venue_of(request) is Venue.ROOM else ""
