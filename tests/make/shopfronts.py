"""A window that a test fills by hand, and a till that is away: the ports at their smallest."""

from uuid import UUID

from etalase.social.rooms import OfferCard, SalesFigures


class OpenWindow:
    """Shows the same offers for each shop, or fails as a shop that can't be reached."""

    def __init__(self, *offers: OfferCard) -> None:
        self.offers = offers
        self.is_reachable = True

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        """Return what lies in the window."""
        if not self.is_reachable:
            raise ConnectionRefusedError(str(shop_id))
        return self.offers


class NoTill:
    """A till that can't be reached."""

    async def count_sales(self, shop_id: UUID, show_code: str) -> SalesFigures:  # noqa: ARG002  the port's own
        """Fail as a connection that nobody takes."""
        raise ConnectionRefusedError(str(shop_id))
