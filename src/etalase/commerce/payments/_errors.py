"""Why a payment says no."""

from etalase.kernel.errors import Refusal


class PaymentUnknown(Refusal):
    """There is no such payment, or it is not for whoever asks."""

    code = "payment_unknown"


class MethodNotOffered(Refusal):
    """The shop, or whoever runs this house, does not take money this way."""

    code = "payment_method_not_offered"


class OrderAlreadyPaid(Refusal):
    """Money for this order has come in; a second payment would be one too many."""

    code = "order_already_paid"


class PaymentUnderWay(Refusal):
    """Another payment of this order is open: cancel it first."""

    code = "payment_under_way"


class PaymentNotOpen(Refusal):
    """The payment is not waiting for money (any more)."""

    code = "payment_not_open"


class ConfirmedByGateway(Refusal):
    """The gateway says whether this payment was made, not the seller."""

    code = "payment_confirmed_by_gateway"


class AmountDiffers(Refusal):
    """The amount that arrived is not the one that was asked for."""

    code = "payment_amount_differs"


class NothingToRefund(Refusal):
    """So much money did not come in, or it went back already."""

    code = "payment_nothing_to_refund"


class RefundUnderWay(Refusal):
    """A refund of this payment is on its way: the next waits for it."""

    code = "payment_refund_under_way"


class NoFreeAmount(Refusal):
    """Too many orders of this shop wait for the same amount to tell one transfer from another."""

    code = "payment_no_free_amount"


class PayoutDiffers(Refusal):
    """Another payout was recorded under this key."""

    code = "payment_payout_differs"


class PayoutUnknown(Refusal):
    """The shop has no such payout."""

    code = "payment_payout_unknown"


class BadSignature(Refusal):
    """A call-back was not signed by the gateway: nothing it says is believed."""

    code = "payment_bad_signature"
