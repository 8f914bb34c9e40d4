"""Payments by any provider, each captured once.

A payment asks one order's buyer for money and believes only whoever holds it: the seller's word for the
seller's own QRIS, bank account or hand; the gateway's answer, when asked, for a gateway. It books every step
in the ledger and tells it as an event. It knows an order by its id and total, no more.
"""

from etalase.commerce.payments._adapters.gateways import Gateways
from etalase.commerce.payments._adapters.registry import (
    accounts_in,
    choose_providers,
    provider_sections,
)
from etalase.commerce.payments._commands import (
    PaymentRequest,
    begin_payments,
    cancel_payment,
    confirm_by_seller,
    confirm_refund_by_seller,
    prepare_payments,
    record_payout,
    request_asking,
    request_refund,
    start_payment,
    take_back_payout,
)
from etalase.commerce.payments._errors import (
    AmountDiffers,
    ConfirmedByGateway,
    MethodNotOffered,
    NothingToRefund,
    OrderAlreadyPaid,
    PaymentNotOpen,
    PaymentUnderWay,
    PaymentUnknown,
    PayoutDiffers,
    PayoutUnknown,
    RefundUnderWay,
)
from etalase.commerce.payments._events import (
    PaymentCancelled,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PaymentRefunded,
)
from etalase.commerce.payments._jobs import jobs_with, keep_sweeping, sweep
from etalase.commerce.payments._jobs.auditing import LedgerAuditor
from etalase.commerce.payments._model.method import Means, Method
from etalase.commerce.payments._model.payment import LEDGER_OWNER, Instructions, Payment, PaymentState, Refund
from etalase.commerce.payments._model.payout import Payout
from etalase.commerce.payments._model.provider import (
    Notice,
    Report,
    Standing,
)
from etalase.commerce.payments._model.settings import PaymentSettings
from etalase.commerce.payments._queries import (
    find_payment_of_order,
    get_offered_methods,
    get_payment,
    get_payment_by_token,
    get_payment_of_shop,
    list_payments,
    list_payments_of_orders,
    offered_methods,
    recount,
)
from etalase.commerce.payments._store import (
    list_captured,
    list_of_orders,
    list_payouts,
    list_refunds,
    list_refunds_to_send,
    list_to_confirm,
    set_cod,
    takes_cod,
)

__all__ = [
    "LEDGER_OWNER",
    "AmountDiffers",
    "ConfirmedByGateway",
    "Gateways",
    "Instructions",
    "LedgerAuditor",
    "Means",
    "Method",
    "MethodNotOffered",
    "NothingToRefund",
    "Notice",
    "OrderAlreadyPaid",
    "Payment",
    "PaymentCancelled",
    "PaymentCaptured",
    "PaymentExpired",
    "PaymentFailed",
    "PaymentNotOpen",
    "PaymentRefunded",
    "PaymentRequest",
    "PaymentSettings",
    "PaymentState",
    "PaymentUnderWay",
    "PaymentUnknown",
    "Payout",
    "PayoutDiffers",
    "PayoutUnknown",
    "Refund",
    "RefundUnderWay",
    "Report",
    "Standing",
    "accounts_in",
    "begin_payments",
    "cancel_payment",
    "choose_providers",
    "confirm_by_seller",
    "confirm_refund_by_seller",
    "find_payment_of_order",
    "get_offered_methods",
    "get_payment",
    "get_payment_by_token",
    "get_payment_of_shop",
    "jobs_with",
    "keep_sweeping",
    "list_captured",
    "list_of_orders",
    "list_payments",
    "list_payments_of_orders",
    "list_payouts",
    "list_refunds",
    "list_refunds_to_send",
    "list_to_confirm",
    "offered_methods",
    "prepare_payments",
    "provider_sections",
    "record_payout",
    "recount",
    "request_asking",
    "request_refund",
    "set_cod",
    "start_payment",
    "sweep",
    "take_back_payout",
    "takes_cod",
]
