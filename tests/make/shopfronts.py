"""A shop's window that a test fills by hand: the port's smallest honest implementation."""

from uuid import UUID

from etalase.social.rooms import OfferCard


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
