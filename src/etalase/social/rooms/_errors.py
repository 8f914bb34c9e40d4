"""What a room refuses, each with its stable code."""

from etalase.kernel.errors import Refusal


class NoSuchShow(Refusal):
    """No show has this code, or it is not yours to change: the two are told apart by nobody."""

    code = "no_such_show"


class ShowNotPlanned(Refusal):
    """The show has begun or ended; this can be done only before."""

    code = "show_not_planned"


class ShowNotLive(Refusal):
    """The show is not live; this can be done only during it."""

    code = "show_not_live"


class ShowIsOver(Refusal):
    """The show is over: the room is read only."""

    code = "show_ended"


class NotAHost(Refusal):
    """Only hosts of the shop may do this."""

    code = "not_a_host"


class Muted(Refusal):
    """The viewer may watch and not write, until `until` (Unix milliseconds)."""

    code = "muted"


class Blocked(Refusal):
    """The viewer may not write in the rooms of this shop."""

    code = "blocked"


class TooFast(Refusal):
    """The viewer writes faster than a room can be read; `retry_after_seconds` says when to try again."""

    code = "too_fast"


class RoomBusy(Refusal):
    """The whole room writes faster than anyone can read; the line was not taken."""

    code = "room_busy"


class NameNeeded(Refusal):
    """A line needs a name, and this viewer has given none yet."""

    code = "name_needed"


class NameNotFree(Refusal):
    """The name would pass for the shop's own."""

    code = "name_not_free"


class OfferNotInTray(Refusal):
    """The show's tray has no such offer."""

    code = "offer_not_in_tray"


class OfferNotPinned(Refusal):
    """Nothing is pinned."""

    code = "offer_not_pinned"


class NoNextOffer(Refusal):
    """The last offer of the tray is on show, or the tray is empty."""

    code = "no_next_offer"


class NoSuchLine(Refusal):
    """The line is gone already, or never was."""

    code = "no_such_line"


class LogUnavailable(Refusal):
    """The room's log cannot be written just now: watching goes on, writing has to wait."""

    code = "log_unavailable"


class NoSuchCommand(Refusal):
    """The command could not be read: not JSON, not known, or with wrong fields."""

    code = "no_such_command"


class TillAway(Refusal):
    """The shop's till can't be asked just now; what was told before is still about right."""

    code = "till_away"
