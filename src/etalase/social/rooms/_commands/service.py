"""The rooms of this process, put together, and what pages, sockets, the API and the bridge ask of them.

What must outlive the process is in the database: shows, trays, and the log of what was said, pinned and
moderated. Hearts, sales and the peak of viewers are added up in the room and saved every few seconds.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import structlog

from etalase.kernel.clock import Clock
from etalase.platform.db import Away, Database
from etalase.platform.realtime import LocalFeed, OpenFeed
from etalase.social import people
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands import show_rows
from etalase.social.rooms._commands.claims import close_at_till, free_doors, read_host_word, settle_claim
from etalase.social.rooms._commands.crowd import Crowd
from etalase.social.rooms._commands.entering import ClaimEntries
from etalase.social.rooms._commands.perform import carry_out
from etalase.social.rooms._commands.port import OpenRoom
from etalase.social.rooms._commands.publisher import Publisher
from etalase.social.rooms._commands.registry import RoomRegistry
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.shows import Shows
from etalase.social.rooms._commands.stock import StockBoard
from etalase.social.rooms._commands.tasks import Tasks
from etalase.social.rooms._commands.trays import TrayKeeper
from etalase.social.rooms._commands.upkeep import Upkeep
from etalase.social.rooms._commands.writer import LogWriter
from etalase.social.rooms._errors import NoNextOffer, NoSuchShow
from etalase.social.rooms._model.claims import ClaimAnswer, ClaimDesk, ClaimOutcome, EntryDraft
from etalase.social.rooms._model.commands import Command, Say
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.log import ClaimsCounted
from etalase.social.rooms._model.ports import RoomSettings, Shopfront
from etalase.social.rooms._model.show import Show
from etalase.social.rooms._model.state import ShowState
from etalase.social.rooms._model.viewer import host_pseudonym

log = structlog.get_logger()

DRAIN_SECONDS = 3.0
ENDED_KEPT = 10_000
"""How many ended sessions and tokens are known: sockets that one of them opened live no longer than that."""


class RoomService:
    """The rooms: `shows` is what hosts do with their shows, `open_room` leads to the port of one room."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        shopfront: Shopfront,
        settings: RoomSettings | None = None,
        *,
        secret: bytes,
        open_feed: OpenFeed = LocalFeed,
    ) -> None:
        self.secret = secret
        self.settings = settings or RoomSettings()
        self.crowd = Crowd(clock, self.settings)
        self.registry = RoomRegistry(db, clock, self.settings, open_feed, self._renew)
        self._db = db
        self._tasks = Tasks()
        self._writer = LogWriter(db)
        self._stock = StockBoard(db)
        self._publisher = Publisher(self.registry, self._writer)
        self._trays = TrayKeeper(db, shopfront, self._stock, self.registry, self._publisher, self._tasks)
        self.shows = Shows(db, clock, self.registry, self._publisher, self._trays, self._tasks)
        self.upkeep = Upkeep(db, clock, self.registry, self._stock, self.shows, self._tasks, self._free_doors)
        self.claim_desk: ClaimDesk | None = None
        """The till that claims are brought to; set by whoever puts the planes together."""
        self._entries = ClaimEntries(db)
        self._ended: OrderedDict[UUID | None, None] = OrderedDict()

    async def start(self) -> None:
        """Begin to work, with the rooms of all live shows open."""
        self._tasks.spawn(self._writer.run())
        self._tasks.spawn(self.upkeep.run())
        await self.shows.open_live()

    def dismiss(self) -> None:
        """Send everyone away to come back later, so that the server can end."""
        self.registry.close()

    async def stop(self) -> None:
        """Write what waits, save the counts, and send everyone away to come back later."""
        self.dismiss()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._writer.drain()
                await self.upkeep.save()
        except (Away, TimeoutError) as fault:
            log.warning("room_counts_lost", error=fault)
        self._writer.give_up()
        await self._tasks.cancel()
        self.registry.clear()

    # Rooms and what is asked of them

    async def open_room(self, code: str) -> OpenRoom:
        """Return the room of the show with this code; raise NoSuchShow."""
        return await self.registry.open(code)

    async def perform(self, room: OpenRoom, participant: Participant, command: Command) -> dict[str, str]:
        """Do what the visitor asks; return facts for the reply once it is durable, or raise a refusal."""
        facts, _ = await self.perform_for_buyer(room, participant, command)
        return facts

    async def perform_for_buyer(
        self, room: OpenRoom, participant: Participant, command: Command
    ) -> tuple[dict[str, str], ClaimOutcome | None]:
        """Do the same; return besides what a line has come to that asks to buy, once the till has said."""
        kept = await self.registry.open(room.show.code)
        if participant.credential in self._ended:
            participant = replace(participant, is_host=False)
        outcome = carry_out(kept, participant, command, self.settings)
        await self._obey(kept, participant, read_host_word(kept, outcome.event))
        await close_at_till(self.claim_desk, kept, outcome.event)
        if outcome.event is not None:
            await self._publisher.append(kept, outcome.event)
        elif outcome.on_its_way is not None:
            await asyncio.shield(outcome.on_its_way)
        facts = dict(outcome.facts)
        if not isinstance(command, Say):
            return facts, None
        return facts, await settle_claim(self.claim_desk, kept, outcome.reading, facts["line"], command.buyer)

    async def _obey(self, room: Room, host: Participant, word: Command | None) -> None:
        """Do what a host asks by a line of the chat, before it is said. With no next offer it is but said."""
        if word is not None:
            with suppress(NoNextOffer):
                await self.perform(room, host, word)

    async def _free_doors(self, room: Room) -> None:
        await free_doors(self.claim_desk, room)

    async def perform_as_host(self, account_id: UUID, code: str, command: Command) -> dict[str, str]:
        """Do what a signed-in host asks; to whoever is no host of the shop the show does not exist."""
        room = await self.open_room(code)
        participant = await self.find_host(account_id, room.show)
        if participant is None:
            raise NoSuchShow
        return await self.perform(room, participant, command)

    async def enter_claim(self, account_id: UUID, code: str, draft: EntryDraft) -> ClaimAnswer:
        """Claim for somebody who called, as a host of the show; to all others it does not exist.

        Raises what `ClaimEntries.enter` raises, and NoSuchShow.
        """
        room = await self.registry.open(code)
        host = await self.find_host(account_id, room.show)
        if host is None:
            raise NoSuchShow
        return await self._entries.enter(self.claim_desk, room, host, account_id, draft)

    async def find_host(self, account_id: UUID, show: Show) -> Participant | None:
        """Return the account as a host of the show, if it is one."""
        async with self._db.begin() as tx:
            participant = await show_rows.find_host(tx, account_id, show)
            room = self.registry.find(show.code)
            if participant is not None and room is not None:
                room.former_hosts.discard(participant.viewer)
        return participant

    def count_viewers(self, code: str) -> int:
        """Return how many watch the show now."""
        room = self.registry.find(code)
        return 0 if room is None else room.state.viewers

    def count_all_viewers(self) -> int:
        """Return how many watch in all rooms of this process, without hosts."""
        return sum(room.state.viewers for room in self.registry.list_rooms())

    def count_live_shows(self) -> int:
        """Return how many live shows have their room in this process."""
        return sum(room.state.show.state is ShowState.LIVE for room in self.registry.list_rooms())

    # What others report: the shop through the bridge, and whoever ends a session

    async def stock_changed(self, shop_id: UUID, product_id: UUID, variant_id: UUID, available: int) -> None:
        """Show how much of a variant is left, in every room whose tray has it."""
        self._stock.note(product_id, variant_id, available)
        for room in self.registry.list_of_shop(shop_id):
            room.change_stock(product_id, variant_id, available)

    async def deal_taken(self, shop_id: UUID, product_id: UUID, deal_id: UUID, left: int) -> None:
        """Show how much of a deal is left, in every room whose tray has it."""
        self._stock.note(product_id, deal_id, left)
        for room in self.registry.list_of_shop(shop_id):
            room.change_deal(product_id, deal_id, left)

    async def units_sold(self, shop_id: UUID, product_id: UUID, variant_id: UUID, quantity: int) -> None:
        """Show that somebody has bought, in every live room whose tray has the offer."""
        for room in self.registry.list_of_shop(shop_id):
            room.sell(product_id, variant_id, quantity)

    async def claims_recorded(self, show: str, number: int, head: str) -> None:
        """Tell where the chain of the show's claims ends, and keep it in the log, for the replay."""
        try:
            room = await self.registry.open(show)
        except NoSuchShow:
            return
        if number > room.state.claims.number:
            await self._publisher.append(room, ClaimsCounted(number, head))

    async def offers_changed(self, shop_id: UUID) -> None:
        """Renew the cards in the shop's open rooms soon; a room that opens later renews its own."""
        self._trays.renew_soon(shop_id)

    async def shop_renamed(self, shop_id: UUID, name: str) -> None:
        """Know the shop by its new name, in what is stored and in every open room."""
        async with self._db.begin() as tx:
            await people.rename_shop(tx, shop_id, name)
            await store.rename_shop(tx, shop_id, name)
        for room in self.registry.list_of_shop(shop_id):
            room.show = replace(room.show, shop=replace(room.show.shop, name=name))

    def host_withdrawn(self, shop_id: UUID, account_id: UUID) -> None:
        """Obey this account no more in the shop's rooms, wherever it is connected."""
        for room in self.registry.list_of_shop(shop_id):
            room.former_hosts.add(host_pseudonym(account_id))

    def access_ended(self, credentials: Collection[UUID]) -> None:
        """Obey nobody any more who came in by one of these sessions or tokens, on any socket."""
        for credential in credentials:
            self._ended[credential] = None
        while len(self._ended) > ENDED_KEPT:
            self._ended.popitem(last=False)

    def _renew(self, room: Room) -> None:
        """Ask the shop for the offers of a room that was opened just now."""
        if room.state.show.state is not ShowState.ENDED:
            self._trays.renew_soon(room.show.shop.id)
