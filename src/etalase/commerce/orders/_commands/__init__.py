"""What buyers, sellers and payments do with orders. Nothing here commits."""

from etalase.commerce.orders._commands.appeals import answer_appeal, ask_appeal, forget_appeals
from etalase.commerce.orders._commands.checkout import Checkout
from etalase.commerce.orders._commands.end import (
    MAX_REASON_LENGTH,
    cancel_by_buyer,
    cancel_by_seller,
    give_shipping_back,
    refund_order,
    refund_part,
)
from etalase.commerce.orders._commands.fulfil import (
    complete_order,
    deliver_order,
    pack_orders,
    ship_order,
    undo_step,
)
from etalase.commerce.orders._commands.order_queue import OrderQueue
from etalase.commerce.orders._commands.place import place_orders, units_of
from etalase.commerce.orders._commands.settle import expire_order, pay_again, settle_refund, take_payment
from etalase.commerce.orders._commands.work import (
    COMPLETE_JOB,
    EMAILS_JOB,
    MAIL_JOB,
    TAKEN_BACK_MAIL_JOB,
    TURN_MAIL_JOB,
    CompleteWork,
    EmailsWork,
    MailWork,
    TakenBackMailWork,
    TurnMailWork,
)

__all__ = [
    "COMPLETE_JOB",
    "EMAILS_JOB",
    "MAIL_JOB",
    "MAX_REASON_LENGTH",
    "TAKEN_BACK_MAIL_JOB",
    "TURN_MAIL_JOB",
    "Checkout",
    "CompleteWork",
    "EmailsWork",
    "MailWork",
    "OrderQueue",
    "TakenBackMailWork",
    "TurnMailWork",
    "answer_appeal",
    "ask_appeal",
    "cancel_by_buyer",
    "cancel_by_seller",
    "complete_order",
    "deliver_order",
    "expire_order",
    "forget_appeals",
    "give_shipping_back",
    "pack_orders",
    "pay_again",
    "place_orders",
    "refund_order",
    "refund_part",
    "settle_refund",
    "ship_order",
    "take_payment",
    "undo_step",
    "units_of",
]
