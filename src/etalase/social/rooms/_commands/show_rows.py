"""Shows as rows: planned, edited, begun and ended by a host of their shop, in the caller's transaction."""

from dataclasses import replace
from uuid import UUID

from etalase.kernel.ids import new_code, new_id
from etalase.platform.db import Tx
from etalase.platform.keys import reserve_key
from etalase.social import people
from etalase.social.people import NotItsHost
from etalase.social.rooms import _store as store
from etalase.social.rooms._errors import NoSuchShow, ShowIsOver
from etalase.social.rooms._model import show as model
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.log import RoomEvent, ShowEnded
from etalase.social.rooms._model.log import ShowStarted as ShowStartedEvent
from etalase.social.rooms._model.offers import OfferCard
from etalase.social.rooms._model.show import ShopRef, Show, ShowPlan, milliseconds
from etalase.social.rooms._model.state import ShowState
from etalase.social.rooms._model.viewer import host_pseudonym


async def plan_show(
    tx: Tx, account_id: UUID, shop_id: UUID, plan: ShowPlan, tray: tuple[OfferCard, ...], show_id: UUID
) -> Show:
    """Plan a show of a shop that has vouched for the account; a show that has this id is planned already.

    Raises IdempotencyKeyReused where the show of this id was planned otherwise.
    """
    grant = await people.require_host(tx, account_id, shop_id)
    checked = model.check_plan(plan, tx.clock.now())
    asked = (shop_id, checked.title, checked.starts_at, [card.product_id for card in tray])
    await reserve_key(tx, "show", [str(account_id)], str(show_id), asked)
    show = Show(
        id=show_id,
        code=new_code(),
        shop=ShopRef(grant.shop_id, grant.shop_slug, grant.shop_name),
        title=checked.title,
        cover_key=checked.cover_key,
        state=ShowState.PLANNED,
        starts_at=checked.starts_at,
        tray=tray,
    )
    if await store.insert_show(tx, show):
        return show
    return await store.find_show_by_id(tx, show_id) or show


async def lock_hosted_show(tx: Tx, account_id: UUID, code: str) -> Show:
    """Return the show, locked; to whoever is no host of its shop it does not exist."""
    show = await store.lock_show(tx, code)
    if show is None:
        raise NoSuchShow
    try:
        await people.require_host(tx, account_id, show.shop.id)
    except NotItsHost:
        raise NoSuchShow from None
    return show


async def find_host(tx: Tx, account_id: UUID, show: Show) -> Participant | None:
    """Return the account as a host of the show, if it is one."""
    person = await people.find_person(tx, account_id)
    if person is None or not await people.is_host(tx, account_id, show.shop.id):
        return None
    return Participant(host_pseudonym(account_id), person.display_name, is_host=True)


async def edit_show(tx: Tx, account_id: UUID, code: str, plan: ShowPlan) -> Show:
    """Change title and cover, and before the show its time."""
    show = await lock_hosted_show(tx, account_id, code)
    if show.state is ShowState.ENDED:
        raise ShowIsOver
    is_kept = show.state is not ShowState.PLANNED or plan.starts_at == show.starts_at
    now = tx.clock.now()
    checked = model.check_plan(replace(plan, starts_at=now) if is_kept else plan, now)
    starts_at = show.starts_at if is_kept else checked.starts_at
    edited = replace(show, title=checked.title, cover_key=checked.cover_key, starts_at=starts_at)
    await store.save_show(tx, edited)
    return edited


async def set_tray(
    tx: Tx, account_id: UUID, code: str, offers: tuple[OfferCard, ...], product_ids: tuple[UUID, ...]
) -> Show:
    """Put these offers into the show's tray, in this order."""
    show = await lock_hosted_show(tx, account_id, code)
    if show.state is ShowState.ENDED:
        raise ShowIsOver
    tray = model.choose_tray(offers, product_ids)
    await store.replace_tray(tx, show.id, tray)
    return replace(show, tray=tray)


async def renew_tray(tx: Tx, code: str, offers: tuple[OfferCard, ...]) -> Show | None:
    """Renew the tray's cards with what the shop says today; offers that are gone leave. None: nothing new."""
    show = await store.lock_show(tx, code)
    if show is None:
        return None
    today = {card.product_id: card for card in offers}
    tray = tuple(today[card.product_id] for card in show.tray if card.product_id in today)
    if tray == show.tray:
        return None
    await store.replace_tray(tx, show.id, tray)
    return replace(show, tray=tray)


async def start_show(tx: Tx, account_id: UUID, code: str) -> tuple[Show, RoomEvent]:
    """Begin the show."""
    show = await lock_hosted_show(tx, account_id, code)
    now = tx.clock.now()
    started = model.start(show, now)
    event = ShowStartedEvent(milliseconds(now))
    await _save(tx, started, event)
    return started, event


async def cancel_show(tx: Tx, account_id: UUID, code: str) -> Show:
    """Delete a show that has not begun, with its tray and what was said in its room."""
    show = await lock_hosted_show(tx, account_id, code)
    model.require_planned(show)
    await store.delete_show(tx, show.id)
    return show


async def end_show(tx: Tx, account_id: UUID, code: str) -> tuple[Show, RoomEvent]:
    """End the show."""
    return await _end(tx, await lock_hosted_show(tx, account_id, code))


async def end_forgotten_show(tx: Tx, code: str) -> tuple[Show, RoomEvent] | None:
    """End a show whose host has left it; None when it is not live any more."""
    show = await store.lock_show(tx, code)
    return await _end(tx, show) if show is not None and show.state is ShowState.LIVE else None


async def _end(tx: Tx, show: Show) -> tuple[Show, RoomEvent]:
    now = tx.clock.now()
    ended = model.end(show, now)
    event = ShowEnded(milliseconds(now))
    await _save(tx, ended, event)
    return ended, event


async def _save(tx: Tx, show: Show, event: RoomEvent) -> None:
    await store.save_show(tx, show)
    entry = store.LogEntry(new_id(), show.id, milliseconds(tx.clock.now()), event)
    await store.append_events(tx, [entry])
