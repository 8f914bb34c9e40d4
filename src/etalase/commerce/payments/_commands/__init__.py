"""What can be done with a payment.

Nothing here calls a gateway: a command records the request, a job carries it out.
"""

from etalase.commerce.payments._commands.payout import record_payout, take_back_payout
from etalase.commerce.payments._commands.refund import (
    confirm_refund_by_seller,
    leave_refund_to_seller,
    record_refund_sent,
    request_refund,
)
from etalase.commerce.payments._commands.settle import (
    cancel_payment,
    confirm_by_seller,
    expire_payment,
    record_report,
    renew_reference,
    request_asking,
)
from etalase.commerce.payments._commands.start import (
    PaymentRequest,
    begin_payments,
    prepare_payments,
    start_payment,
)

__all__ = [
    "PaymentRequest",
    "begin_payments",
    "cancel_payment",
    "confirm_by_seller",
    "confirm_refund_by_seller",
    "expire_payment",
    "leave_refund_to_seller",
    "prepare_payments",
    "record_payout",
    "record_refund_sent",
    "record_report",
    "renew_reference",
    "request_asking",
    "request_refund",
    "start_payment",
    "take_back_payout",
]
