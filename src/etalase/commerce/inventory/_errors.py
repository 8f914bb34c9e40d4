"""Why the inventory says no."""

from etalase.kernel.errors import Refusal


class SoldOut(Refusal):
    """Fewer units are free than were wanted; `available` tells how many are left."""

    code = "sold_out"


class NotForSale(Refusal):
    """The variant is archived: its units are not for sale, however many there are."""

    code = "not_for_sale"


class ClaimsClosed(Refusal):
    """The host of the show takes no more claims for this; the shop's own page may still sell it."""

    code = "claims_closed"


class ByCommentOnly(Refusal):
    """The host of the show takes claims for this by comment alone."""

    code = "by_comment_only"


class ByButtonOnly(Refusal):
    """The host of the show takes claims for this by button alone."""

    code = "by_button_only"


class StockFrozen(Refusal):
    """The variant's stock does not add up: nobody holds units of it until an operator has looked."""

    code = "stock_frozen"


class StockStillWrong(Refusal):
    """The variant's stock does not add up yet; `found` tells what."""

    code = "stock_still_wrong"


class HoldLimitReached(Refusal):
    """The buyer already holds as many units or holds as one buyer may; nobody empties a shelf alone."""

    code = "hold_limit_reached"


class HoldEnded(Refusal):
    """The hold ran out, was released or was sold before; the units may be held anew if they are left."""

    code = "hold_ended"


class NobodyBehind(Refusal):
    """Nobody else waits in line: there is no one to let go first."""

    code = "nobody_behind"


class NetworkHoldsTooMuch(Refusal):
    """Guests behind one address hold as much as they may; an account has no such bound."""

    code = "network_holds_too_much"


class PriceChanged(Refusal):
    """A unit costs more than the buyer was shown; `price` tells how much, in minor units."""

    code = "price_changed"


class DealSoldOut(Refusal):
    """The deal whose price the buyer was shown has fewer units left; a unit costs `price` without it."""

    code = "deal_sold_out"


class DealLimitReached(Refusal):
    """A buyer may have `units` at the deal's price; a unit costs `price` without it."""

    code = "deal_limit_reached"


class DealsOverlap(Refusal):
    """Another deal lowers the price of one of these variants at the same time."""

    code = "deals_overlap"


class HoldQueueFull(Refusal):
    """More buyers wait than can be answered in good time; try again in a moment."""

    code = "hold_queue_full"


class StockTooLow(Refusal):
    """The correction would leave fewer units than are held for buyers; `held` tells how many."""

    code = "stock_too_low"


class ImportUnknown(Refusal):
    """The shop has no such import; a file is kept for a week."""

    code = "import_unknown"
