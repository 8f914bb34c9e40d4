"""A window that a test fills by hand, a till that is away, a silent engine: the ports at their smallest."""

from uuid import UUID

from etalase.social.media import IngestAddresses, LiveView
from etalase.social.rooms import ClaimsQuestion, OfferCard, SalesFigures, ShowClaims


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

    async def list_claims(self, question: ClaimsQuestion) -> ShowClaims:
        """Fail as well."""
        raise ConnectionRefusedError(question.show)


class SilentEngine:
    """A media engine with nothing on air: the port's smallest honest implementation."""

    async def start(self) -> None:
        """Have nothing to open."""

    def dismiss(self) -> None:
        """Have nobody to dismiss."""

    async def stop(self) -> None:
        """Have nothing to close."""

    async def end(self, show_id: UUID) -> None:
        """Have nothing to end."""

    def replace_key(self, show_id: UUID) -> None:
        """Have nobody to send away."""

    def find_live(self, show_id: UUID) -> LiveView | None:  # noqa: ARG002  nothing is on air
        """Return nothing."""
        return None

    def list_addresses(self, show_code: str) -> IngestAddresses:
        """Return addresses at which nobody listens."""
        return IngestAddresses("rtmp://localhost:1935/live", f"/whip/{show_code}")
