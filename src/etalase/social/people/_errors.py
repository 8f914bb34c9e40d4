"""What hosts are refused."""

from etalase.kernel.errors import Refusal


class NotYourShop(Refusal):
    """No shop of this name has vouched for you; whether it exists is not said."""

    code = "not_your_shop"
