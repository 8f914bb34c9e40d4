"""Why vouchers say no: to the shop that changes one, and to a buyer who gives a code."""

from etalase.kernel.errors import Refusal


class VoucherUnknown(Refusal):
    """The shop has no such voucher."""

    code = "voucher_unknown"


class VoucherRefused(Refusal):
    """A code that a buyer gave takes nothing off this order; each way of it has a code of its own."""


class VoucherCodeUnknown(VoucherRefused):
    """No voucher of the shop has this code."""

    code = "voucher_code_unknown"


class VoucherNotYet(VoucherRefused):
    """The voucher can be used later, not now."""

    code = "voucher_not_yet"


class VoucherOver(VoucherRefused):
    """The voucher's time is over, or the shop has stopped it."""

    code = "voucher_over"


class VoucherNotForThese(VoucherRefused):
    """It is for what was held in one show, and nothing of the cart was."""

    code = "voucher_not_for_these"


class VoucherMinimumNotReached(VoucherRefused):
    """The goods come to too little; `price` is what is missing."""

    code = "voucher_minimum_not_reached"


class VoucherUsedUp(VoucherRefused):
    """Others have used up its uses or its budget."""

    code = "voucher_used_up"


class VoucherAlreadyUsed(VoucherRefused):
    """The buyer has used it as often as one buyer may."""

    code = "voucher_already_used"
