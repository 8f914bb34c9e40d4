"""Why an order says no."""

from etalase.kernel.errors import Refusal


class OrderUnknown(Refusal):
    """There is no such order, or it is not for whoever asks."""

    code = "order_unknown"


class CartEmpty(Refusal):
    """Nothing is held for this buyer (any more): there is nothing to order."""

    code = "cart_empty"


class HoldRanOut(Refusal):
    """A hold ended before the order was placed; `variant_id` and `quantity` can be held again."""

    code = "hold_ran_out"


class NotShippedThere(Refusal):
    """The shop does not ship to this place, or not by this service."""

    code = "not_shipped_there"


class TotalChanged(Refusal):
    """The total is no longer the one that the buyer saw: look again before ordering."""

    code = "total_changed"


class OrderNotCancellable(Refusal):
    """The order has gone too far, or whoever asks may not cancel it at this point."""

    code = "order_not_cancellable"


class OrderCarriesOthers(Refusal):
    """Later orders go in this order's parcel and pay less for it: they are to be cancelled first."""

    code = "order_carries_others"


class OrderStepRefused(Refusal):
    """The order is not where this step begins; `state` says where it is."""

    code = "order_step_refused"


class OrderNotRefundable(Refusal):
    """No money is held for this order, or it is on its way back already."""

    code = "order_not_refundable"


class OrderNotSendable(Refusal):
    """Nothing of the order is to be sent: it is not paid yet, or it has ended."""

    code = "order_not_sendable"


class OnlyWhileOrdering(Refusal):
    """Paying on delivery is chosen with the order; this one awaits its payment in another way."""

    code = "method_only_while_ordering"


class OrderQueueFull(Refusal):
    """More checkouts wait than can be answered soon, or the server is about to stop."""

    code = "order_queue_full"


class TooMuchUnpaid(Refusal):
    """Orders of this buyer, contact or network wait for money, as many as may; one of them is to be paid."""

    code = "too_much_unpaid"


class OrderNotPayable(Refusal):
    """The order is not waiting for a payment (any more)."""

    code = "order_not_payable"


class MustPayFirst(Refusal):
    """The buyer pays first at this shop: not on delivery. `reason` says why, `minutes` within how long."""

    code = "must_pay_first"


class NothingToAppeal(Refusal):
    """The buyer need not pay first at this shop, or everybody does."""

    code = "nothing_to_appeal"


class AppealOpen(Refusal):
    """The shop has not answered the buyer's last appeal yet."""

    code = "appeal_open"


class AppealTooSoon(Refusal):
    """The shop has refused an appeal of this buyer of late; in `days` from its answer they may ask again."""

    code = "appeal_too_soon"


class AppealUnknown(Refusal):
    """There is no such appeal to this shop."""

    code = "appeal_unknown"
