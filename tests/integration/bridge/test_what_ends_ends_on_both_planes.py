"""Whoever signs out, or chooses a new password, is out of the studio too: every pass, token and socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from etalase import accounts, bridge
from etalase.accounts import AccountId, NewSession, NewToken, SignedIn
from etalase.bootstrap import System
from etalase.bridge import LocalSignals, PassUnusable, SignalReceiver
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from etalase.platform.outbox import Relay
from etalase.social.rooms import NotAHost, PinOffer, RoomService, ShowPlan
from etalase.web._viewers import recognise
from tests.integration.bridge.test_a_removed_host_is_turned_away import KEY, OFFER, apart
from tests.make import accounts as make_accounts
from tests.make import shops as make_shops
from tests.make.program import MakesDatabases, path_of, program, send, visitor
from tests.make.shopfronts import OpenWindow
from tests.make.world import world


@dataclass
class Person:
    """A shop's owner on a phone and a laptop, with a program, and what each of them opened in the studio."""

    commerce: Database
    social: Database
    relay: Relay
    id: AccountId
    shop_id: UUID
    phone: NewSession
    laptop: NewSession
    token: NewToken

    async def issue(self, by: NewSession | NewToken) -> str:
        async with self.commerce.begin() as tx:
            return await bridge.issue_host_pass(tx, KEY, self.id, "Sari", credential=by.id)

    async def enter(self, by: NewSession | NewToken) -> str:
        """Enter the studio; return the secret of the session or the token there."""
        host_pass = await self.issue(by)
        async with self.social.begin() as tx:
            admitted = await bridge.accept_host_pass(tx, KEY, host_pass)
            if isinstance(by, NewToken):
                made = await accounts.issue_token(tx, admitted.account_id, "Bot", origin=admitted.origin)
                return made.secret
            opened = await accounts.open_session(tx, admitted.account_id, origin=admitted.origin)
            return opened.token

    async def who(self, secret: str) -> SignedIn | None:
        async with self.social.begin() as tx:
            return await accounts.find_by_token(tx, secret) or await accounts.find_by_session(tx, secret)

    async def is_in(self, *secrets: str) -> list[bool]:
        await self.relay.drain()
        return [await self.who(secret) is not None for secret in secrets]

    async def me(self) -> SignedIn:
        async with self.commerce.begin() as tx:
            found = await accounts.find_by_session(tx, self.phone.token)
        assert found is not None
        return found


@pytest.fixture
def rooms(social_db: Database, clock: FixedClock) -> RoomService:
    return RoomService(social_db, clock, OpenWindow(OFFER), secret=b"secret of the tests")


@pytest.fixture(params=["together", "apart"])
async def person(
    request: pytest.FixtureRequest,
    commerce_db: Database,
    social_db: Database,
    clock: FixedClock,
    rooms: RoomService,
) -> Person:
    receiver = SignalReceiver(social_db, rooms)
    sink = LocalSignals(receiver) if request.param == "together" else apart(receiver, clock)
    relay = Relay(commerce_db, bridge.signal_reactions(sink, KEY))
    account_id = await make_accounts.sign_up(commerce_db)
    async with commerce_db.begin() as tx:
        shop = await make_shops.shop(tx, owner_id=account_id)
        phone, laptop = [await accounts.open_session(tx, account_id) for _ in range(2)]
        token = await accounts.issue_token(tx, account_id, "Bot")
    return Person(commerce_db, social_db, relay, account_id, shop.id, phone, laptop, token)


async def test_signing_out_ends_what_this_session_opened_and_nothing_else(person: Person) -> None:
    opened = [await person.enter(by) for by in (person.phone, person.laptop, person.token)]
    async with person.commerce.begin() as tx:
        await accounts.sign_out(tx, person.phone.token)
    assert await person.is_in(*opened) == [False, True, True]
    async with person.commerce.begin() as tx:
        await accounts.revoke_session(tx, person.id, person.laptop.id)
        await accounts.revoke_token(tx, person.id, person.token.id)
    assert await person.is_in(*opened) == [False, False, False]


async def test_signing_out_everywhere_ends_all_but_the_present_one(person: Person) -> None:
    opened = [await person.enter(by) for by in (person.phone, person.laptop, person.token)]
    async with person.commerce.begin() as tx:
        await accounts.revoke_other_sessions(tx, await person.me())
    assert await person.is_in(*opened) == [True, False, False]


async def test_a_new_password_ends_everything(person: Person, clock: FixedClock) -> None:
    opened = [await person.enter(by) for by in (person.phone, person.laptop, person.token)]
    studio = await person.who(opened[0])
    assert studio is not None
    async with person.social.begin() as tx:
        opened.append((await accounts.issue_token(tx, studio.account_id, "Made in the studio")).secret)
    clock.advance(seconds=1)
    await make_accounts.reset(person.commerce)
    assert await person.is_in(*opened) == [False] * 4
    clock.advance(seconds=1)
    async with person.commerce.begin() as tx:
        person.phone = await accounts.open_session(tx, person.id)
    again = await person.enter(person.phone)
    person.relay = Relay(person.commerce, person.relay.reactions)
    assert await person.is_in(again) == [True]


async def test_a_pass_that_follows_within_the_same_second_is_good(person: Person, clock: FixedClock) -> None:
    clock.advance(seconds=0.2)
    async with person.commerce.begin() as tx:
        await accounts.revoke_other_sessions(tx, await person.me())
    await person.relay.drain()
    clock.advance(seconds=0.05)
    async with person.commerce.begin() as tx:
        back = await accounts.open_session(tx, person.id)
    assert await person.who(await person.enter(back))


async def test_a_pass_is_void_once_its_session_has_ended(person: Person, clock: FixedClock) -> None:
    passes = [await person.issue(by) for by in (person.phone, person.laptop)]
    clock.advance(seconds=1)
    async with person.commerce.begin() as tx:
        await accounts.sign_out(tx, person.phone.token)
    await person.relay.drain()
    async with person.social.begin() as tx:
        with pytest.raises(PassUnusable):
            await bridge.accept_host_pass(tx, KEY, passes[0])
        await bridge.accept_host_pass(tx, KEY, passes[1])


async def test_an_open_socket_of_an_ended_session_is_not_obeyed_any_more(
    person: Person, rooms: RoomService, clock: FixedClock
) -> None:
    await rooms.start()
    phone, laptop = [await person.who(await person.enter(by)) for by in (person.phone, person.laptop)]
    assert phone is not None
    show = await rooms.shows.plan_show(phone.account_id, person.shop_id, ShowPlan("Baju anak", clock.now()))
    await rooms.shows.set_tray(phone.account_id, show.code, (OFFER.product_id,))
    await rooms.shows.go_live(phone.account_id, show.code)
    room = await rooms.open_room(show.code)
    by_phone, by_laptop = [(await recognise(rooms, room, user, None))[0] for user in (phone, laptop)]
    assert by_phone.is_host
    async with person.commerce.begin() as tx:
        await accounts.sign_out(tx, person.phone.token)
    await person.relay.drain()
    with pytest.raises(NotAHost):
        await rooms.perform(room, by_phone, PinOffer(product_id=OFFER.product_id))
    await rooms.perform(room, by_laptop, PinOffer(product_id=OFFER.product_id))
    await rooms.stop()


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


@pytest.mark.parametrize("way_out", ["/sign-out", "/studio/sign-out"])
async def test_one_tap_on_sign_out_closes_the_studio(system: System, way_out: str) -> None:
    market = await world(system)
    async with visitor(system) as client:
        session = await market.session("commerce", "owner")
        client.cookies.set("etalase_session_commerce", session or "", domain="shop.example")
        path = "/studio/sign-in"
        while path != "/studio":
            path = path_of((await client.get(path)).headers["location"])
        assert (await client.get("/studio")).status_code == 200
        studio = client.cookies["etalase_session_social"]
        await send(client, way_out)
        for relay in system.relays.values():
            await relay.drain()
        client.cookies.set("etalase_session_social", studio, domain="shop.example")
        assert (await client.get("/studio")).status_code == 303
