"""Why deals say no. What stands against a hold at a deal's price is the inventory's to say."""

from etalase.kernel.errors import Refusal


class DealUnknown(Refusal):
    """The shop has no such deal."""

    code = "deal_unknown"


class DealOver(Refusal):
    """The deal has ended: it can't be made longer, and begins anew as another deal."""

    code = "deal_over"


class DealTooLong(Refusal):
    """The deal would last longer than an hour in all."""

    code = "deal_too_long"
