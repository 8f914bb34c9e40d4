"""Payments by any provider, each captured once.

A payment asks one order's buyer for money and believes only whoever holds it: the seller's word for the
seller's own QRIS, bank account or hand; the gateway's answer, when asked, for a gateway. It books every step
in the ledger and tells it as an event. It knows an order by its id and total, no more.
"""

from etalase.commerce.payments._commands import (
    cancel_payment,
    confirm_by_seller,
    confirm_refund_by_seller,
    request_asking,
    request_refund,
    set_cod,
    start_payment,
)
from etalase.commerce.payments._errors import (
    AmountDiffers,
    BadSignature,
    ConfirmedByGateway,
    MethodNotOffered,
    NoFreeAmount,
    NothingToRefund,
    OrderAlreadyPaid,
    PaymentNotOpen,
    PaymentUnderWay,
    PaymentUnknown,
    RefundUnderWay,
)
from etalase.commerce.payments._events import (
    PaymentCancelled,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
    RefundRequested,
    StrayMoneyReceived,
    StrayMoneyReturned,
)
from etalase.commerce.payments._jobs import jobs_with, keep_sweeping, sweep
from etalase.commerce.payments._jobs.gateways import Gateways
from etalase.commerce.payments._model.payment import Instructions, Method, Payment, Refund, State
from etalase.commerce.payments._model.provider import Charge, Provider, Report, Standing
from etalase.commerce.payments._model.settings import Settings
from etalase.commerce.payments._queries import (
    PaymentView,
    captured_by_order,
    find_payment_of_order,
    get_payment,
    get_payment_by_token,
    get_payment_of_shop,
    list_payments,
    list_payments_of_orders,
    list_refunds,
    list_refunds_to_send,
    list_to_confirm,
    offered_methods,
    recount,
    takes_cod,
)

__all__ = [
    "AmountDiffers",
    "BadSignature",
    "Charge",
    "ConfirmedByGateway",
    "Gateways",
    "Instructions",
    "Method",
    "MethodNotOffered",
    "NoFreeAmount",
    "NothingToRefund",
    "OrderAlreadyPaid",
    "Payment",
    "PaymentCancelled",
    "PaymentCaptured",
    "PaymentExpired",
    "PaymentFailed",
    "PaymentNotOpen",
    "PaymentRefunded",
    "PaymentStarted",
    "PaymentUnderWay",
    "PaymentUnknown",
    "PaymentView",
    "Provider",
    "Refund",
    "RefundRequested",
    "RefundUnderWay",
    "Report",
    "Settings",
    "Standing",
    "State",
    "StrayMoneyReceived",
    "StrayMoneyReturned",
    "cancel_payment",
    "captured_by_order",
    "confirm_by_seller",
    "confirm_refund_by_seller",
    "find_payment_of_order",
    "get_payment",
    "get_payment_by_token",
    "get_payment_of_shop",
    "jobs_with",
    "keep_sweeping",
    "list_payments",
    "list_payments_of_orders",
    "list_refunds",
    "list_refunds_to_send",
    "list_to_confirm",
    "offered_methods",
    "recount",
    "request_asking",
    "request_refund",
    "set_cod",
    "start_payment",
    "sweep",
    "takes_cod",
]
