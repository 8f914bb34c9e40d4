"""Shows as pages and the API see them."""

from datetime import datetime, timedelta
from uuid import UUID

from etalase.platform.db import Tx
from etalase.social import media, people
from etalase.social.rooms import _store as store
from etalase.social.rooms._errors import NoSuchShow
from etalase.social.rooms._model.claims import EnteredClaim
from etalase.social.rooms._model.log import OfferPinned, OfferUnpinned
from etalase.social.rooms._model.pins import PinSpan, pin_spans
from etalase.social.rooms._model.show import Show
from etalase.social.rooms._model.state import ShowState

FORGOTTEN = timedelta(hours=6)
"""How long after its time a planned show is still announced."""


async def get_show(tx: Tx, code: str) -> Show:
    """Return the show with this code; raise NoSuchShow."""
    show = await store.find_show(tx, code)
    if show is None:
        raise NoSuchShow
    return show


async def get_show_by_id(tx: Tx, show_id: UUID) -> Show:
    """Return the show with this id; raise NoSuchShow."""
    show = await store.find_show_by_id(tx, show_id)
    if show is None:
        raise NoSuchShow
    return show


async def get_hosted_show(tx: Tx, account_id: UUID, code: str) -> Show:
    """Return the show for a host of its shop; to all others it does not exist."""
    show = await get_show(tx, code)
    if not await people.is_host(tx, account_id, show.shop.id):
        raise NoSuchShow
    return show


async def list_entered_claims(tx: Tx, show: Show) -> dict[str, EnteredClaim]:
    """Return the claims that hosts entered in the show, by the id that stands in the till's log."""
    return {claim.line: claim for claim in await store.list_entered(tx, show.id)}


async def list_live(tx: Tx, limit: int = 50) -> tuple[Show, ...]:
    """Return the shows that are live, the last planned first."""
    return await store.list_shows(tx, states=[ShowState.LIVE], limit=limit)


async def list_coming(tx: Tx, limit: int = 50) -> tuple[Show, ...]:
    """Return the planned shows, the next one first; one that should have begun hours ago is forgotten."""
    since = tx.clock.now() - FORGOTTEN
    return await store.list_shows(tx, states=[ShowState.PLANNED], since=since, ascending=True, limit=limit)


async def list_past(tx: Tx, limit: int = 50) -> tuple[Show, ...]:
    """Return the shows that are over and can be watched again, the last one first."""
    show_ids = await media.list_replays(tx, 2 * limit)  # some of them may be live again
    return await store.list_shows(tx, states=[ShowState.ENDED], show_ids=show_ids, limit=limit)


async def list_hosted_shows(
    tx: Tx, account_id: UUID, *, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> tuple[Show, ...]:
    """Return the shows that this account may host, from late to early; `before` continues the list."""
    shop_ids = [grant.shop_id for grant in await people.list_grants(tx, account_id)]
    return await store.list_shows(tx, states=list(ShowState), shop_ids=shop_ids, before=before, limit=limit)


async def list_pins(tx: Tx, show: Show, origin: datetime | None = None) -> tuple[PinSpan, ...]:
    """Return when each offer was shown, in seconds since the origin: by default the show's beginning."""
    start = origin or show.started_at
    if start is None:
        return ()
    events = await store.list_events(tx, show.id, only=[OfferPinned.type, OfferUnpinned.type])
    return pin_spans([(at, event) for _, at, event in events], start, show.ended_at)
