"""What hosts are refused."""

from etalase.kernel.errors import Refusal


class NotItsHost(Refusal):
    """No shop of this name has vouched for you; whether it exists is not said."""

    code = "not_a_host_of_shop"
