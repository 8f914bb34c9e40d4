"""Whom a shop takes off its staff, or lets pack only, holds no shows from then on, nor with an old pass."""

from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.di import Provide

from etalase import bridge
from etalase.accounts import AccountId
from etalase.bridge import LocalSignals, PassUnusable, RemoteSignals, SignalReceiver, SignalSink
from etalase.commerce import shops
from etalase.commerce.shops import Role, ShopView
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.platform.outbox import Relay
from etalase.social import people
from etalase.social.rooms import NotAHost, PinOffer, RoomService, Say, ShowPlan
from etalase.web.bridge import take_signals
from tests.make import rooms as make_rooms
from tests.make import shops as make_shops
from tests.make.shopfronts import OpenWindow

KEY = "k" * 40
OFFER = make_rooms.offer()


class Planes:
    """A shop with an owner and a host, and the studio that both have entered with a pass."""

    def __init__(self, commerce: Database, social: Database, rooms: RoomService, sink: SignalSink) -> None:
        self.commerce, self.social, self.rooms = commerce, social, rooms
        self.relay = Relay(commerce, bridge.signal_reactions(sink, KEY))
        self.shop: ShopView
        self.owner, self.host = new_id(), new_id()

    async def open(self) -> None:
        async with self.commerce.begin() as tx:
            self.shop = await make_shops.shop(tx, owner_id=self.owner)
            self.host = await make_shops.member(tx, self.shop, Role.HOST)

    async def issue(self, account_id: UUID) -> str:
        async with self.commerce.begin() as tx:
            return await bridge.issue_host_pass(tx, KEY, account_id, "Sari")

    async def accept(self, host_pass: str) -> AccountId:
        async with self.social.begin() as tx:
            return (await bridge.accept_host_pass(tx, KEY, host_pass)).account_id

    async def enter(self, account_id: UUID) -> AccountId:
        return await self.accept(await self.issue(account_id))

    async def remove(self) -> None:
        async with self.commerce.begin() as tx:
            await shops.remove_staff(tx, self.shop.id, self.host)

    async def change_role(self, role: Role) -> None:
        async with self.commerce.begin() as tx:
            await shops.change_role(tx, self.shop.id, self.host, role)

    async def is_host(self, account_id: AccountId) -> bool:
        async with self.social.begin() as tx:
            return await people.is_host(tx, account_id, self.shop.id)


def apart(receiver: SignalReceiver, clock: FixedClock) -> RemoteSignals:
    """Return the ear of a social plane that is another process."""
    given = {"clock": clock, "bridge_key": KEY, "receiver": receiver}
    app = Litestar(
        [take_signals],
        dependencies={name: _provide(thing) for name, thing in given.items()},
        logging_config=None,
    )
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app))  # type: ignore[arg-type]
    return RemoteSignals(client, "http://studio.example", KEY, clock)


def _provide(thing: object) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


@pytest.fixture(params=["together", "apart"])
async def planes(
    request: pytest.FixtureRequest, commerce_db: Database, social_db: Database, clock: FixedClock
) -> Planes:
    rooms = RoomService(social_db, clock, OpenWindow(OFFER), secret=b"secret of the tests")
    receiver = SignalReceiver(social_db, rooms)
    sink = LocalSignals(receiver) if request.param == "together" else apart(receiver, clock)
    planes = Planes(commerce_db, social_db, rooms, sink)
    await planes.open()
    return planes


async def test_a_removed_host_is_a_host_no_more(planes: Planes) -> None:
    host, owner = await planes.enter(planes.host), await planes.enter(planes.owner)
    await planes.remove()
    await planes.relay.drain()
    assert not await planes.is_host(host)
    assert await planes.is_host(owner)


async def test_a_host_who_packs_only_from_now_on_is_a_host_no_more(planes: Planes) -> None:
    host = await planes.enter(planes.host)
    await planes.change_role(Role.OWNER)
    await planes.relay.drain()
    assert await planes.is_host(host)
    await planes.change_role(Role.PACKER)
    await planes.relay.drain()
    assert not await planes.is_host(host)


async def test_a_pass_from_before_is_void_and_one_from_after_coming_back_is_good(
    planes: Planes, clock: FixedClock
) -> None:
    hoarded = await planes.issue(planes.host)
    await planes.change_role(Role.PACKER)
    await planes.relay.drain()
    with pytest.raises(PassUnusable):
        await planes.accept(hoarded)
    clock.advance(seconds=1)
    await planes.change_role(Role.HOST)
    await planes.relay.drain()
    assert await planes.is_host(await planes.enter(planes.host))


async def test_a_late_signal_does_not_hit_whoever_has_come_back(planes: Planes) -> None:
    await planes.change_role(Role.PACKER)
    await planes.change_role(Role.HOST)
    host = await planes.enter(planes.host)
    await planes.relay.drain()
    assert await planes.is_host(host)


async def test_a_pass_without_a_shop_ends_what_an_earlier_one_gave(planes: Planes) -> None:
    async with planes.commerce.begin() as tx:
        await make_shops.shop(tx, "Toko Sendiri", owner_id=planes.host)
    host = await planes.enter(planes.host)
    await planes.remove()  # and its signal does not come
    await planes.enter(planes.host)
    assert not await planes.is_host(host)


async def test_a_removed_hosts_open_socket_is_not_obeyed_any_more(planes: Planes, clock: FixedClock) -> None:
    host = await planes.enter(planes.host)
    owner = await planes.enter(planes.owner)
    await planes.rooms.start()
    show = await planes.rooms.shows.plan_show(owner, planes.shop.id, ShowPlan("Baju anak", clock.now()))
    await planes.rooms.shows.set_tray(owner, show.code, (OFFER.product_id,))
    await planes.rooms.shows.go_live(owner, show.code)
    room = await planes.rooms.open_room(show.code)
    connected = await planes.rooms.find_host(host, show)
    assert connected is not None
    await planes.rooms.perform(room, connected, Say(text="Halo"))
    await planes.remove()
    await planes.relay.drain()
    with pytest.raises(NotAHost):
        await planes.rooms.perform(room, connected, PinOffer(product_id=OFFER.product_id))
    assert room.state.pinned is None
    await planes.rooms.stop()
