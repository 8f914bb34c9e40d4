"""Why a shop says no."""

from etalase.kernel.errors import Refusal


class NotYourShop(Refusal):
    """The shop is unknown, or this account may not do this in it: one answer for both, so that nobody learns
    which shops exist.
    """

    code = "not_your_shop"


class ShopUnknown(Refusal):
    """There is no shop of this address."""

    code = "shop_unknown"


class LastOwner(Refusal):
    """A shop keeps at least one owner: name another before this one goes."""

    code = "last_owner"


class StaffUnknown(Refusal):
    """Nobody of this account works in the shop."""

    code = "staff_unknown"


class InvitationUnusable(Refusal):
    """The invitation is unknown, used, withdrawn or older than a week."""

    code = "invitation_unusable"
