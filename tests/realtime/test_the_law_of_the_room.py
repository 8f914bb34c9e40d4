"""The law: a snapshot, followed by the events after its number, equals a fresh snapshot, whatever happens."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.kernel.ids import new_id
from etalase.platform.realtime import Frame, Position
from etalase.social.rooms import (
    BlockViewer,
    ChooseClaimDoors,
    ClaimsBy,
    CloseClaims,
    Command,
    DeleteLine,
    GiveHearts,
    MuteViewer,
    OfferCard,
    OfferDeal,
    OpenClaims,
    Participant,
    PinNext,
    PinOffer,
    RoomSettings,
    RoomState,
    Say,
    ShowState,
    TakeName,
    UnblockViewer,
    UnmuteViewer,
    UnpinOffer,
    Video,
)
from etalase.social.rooms._commands.perform import carry_out
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._model.log import (
    EVENT_TYPES,
    ClaimsCounted,
    ShowEdited,
    ShowEnded,
    ShowStarted,
    TrayChanged,
    read_event,
)
from tests.make import rooms as make

HOST = Participant("host-1", "Toko Bunga", is_host=True)
VIEWERS = [Participant(name) for name in ("ani", "budi", "citra")]
DEAL = OfferDeal(new_id(), 70_000, 5, None, starts_at=0, ends_at=9_000)
OFFERS = tuple(make.offer(f"Gaun {number}", deal=DEAL if number % 2 else None) for number in range(4))
FAST = RoomSettings(lines_at_once=1000, lines_per_minute=60_000, room_lines_per_second=1000)


class Screen:
    """What a viewer's program knows: it applies what it hears, and has no other source."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.seen = -1
        self.number = -1
        self.state: RoomState | None = None
        self.is_ready = True
        self.kinds: set[str] = set()
        self.connect()

    def connect(self) -> None:
        epoch = self.state.epoch if self.state else None
        self.room.feed.attach(self, Position(epoch, self.number))
        self.catch_up()

    def disconnect(self) -> None:
        self.room.feed.detach(self)

    def offer(self, frame: Frame) -> bool:
        if self.is_ready:
            self.seen = frame.last
            self.show(frame)
        return self.is_ready

    def dismiss(self, code: int) -> None:
        raise AssertionError(code)

    def catch_up(self) -> None:
        while (frame := self.room.feed.catch_up(self)) is not None:
            self.show(frame)

    def show(self, frame: Frame) -> None:
        message = msgspec.json.decode(frame.payload)
        if message["t"] == "snapshot":
            self.state = msgspec.convert(message["state"], RoomState)
            self.number = message["seq"]
            return
        for event in message["events"]:
            self.hear(event)

    def hear(self, event: dict[str, Any]) -> None:
        number, at, kind = event.pop("seq"), event.pop("at"), event.pop("type")
        assert number == self.number + 1, "a gap or a double"
        self.number = number
        read = read_event(kind, event)
        assert read is not None
        assert self.state is not None
        self.kinds.add(kind)
        self.state = read.after(self.state, at)


class RoomMachine(RuleBasedStateMachine):
    """Drives a room by every action that there is, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FixedClock()
        planned = make.show(state=ShowState.PLANNED, tray=OFFERS[:2], clock=self.clock)
        self.room = make.room(planned, clock=self.clock, settings=FAST)
        self.on_loop(self.open_screens)

    def open_screens(self) -> None:
        self.steady, self.flaky, self.slow = Screen(self.room), Screen(self.room), Screen(self.room)
        self.is_flaky_away = False

    def on_loop(self, act: Callable[[], object]) -> None:
        async def run() -> None:
            with contextlib.suppress(Refusal):
                act()

        self.runner.run(run())

    def ask(self, participant: Participant, command: Command) -> None:
        def act() -> None:
            outcome = carry_out(self.room, participant, command, FAST)
            if outcome.event is not None:
                self.room.happen(outcome.event)

        self.on_loop(act)

    @rule(by=st.sampled_from([*VIEWERS, HOST]), text=st.text(max_size=210))
    def say(self, by: Participant, text: str) -> None:
        self.ask(by, Say(text=text, name=None if by.is_host else f"Si {by.viewer}"))

    @rule(by=st.sampled_from(VIEWERS), name=st.text(max_size=40))
    def take_name(self, by: Participant, name: str) -> None:
        self.ask(by, TakeName(name=name))

    @rule(by=st.sampled_from([*VIEWERS, HOST]), count=st.integers(1, 20))
    def give_hearts(self, by: Participant, count: int) -> None:
        self.ask(by, GiveHearts(count=count))

    @rule(by=st.sampled_from([HOST, VIEWERS[0]]), offer=st.sampled_from(OFFERS))
    def pin(self, by: Participant, offer: OfferCard) -> None:
        self.ask(by, PinOffer(product_id=offer.product_id))

    @rule()
    def unpin(self) -> None:
        self.ask(HOST, UnpinOffer())

    @rule(by=st.sampled_from([*VIEWERS, HOST]), place=st.integers(0, 60))
    def delete(self, by: Participant, place: int) -> None:
        lines = self.room.state.chat
        self.ask(by, DeleteLine(line=lines[place % len(lines)].id if lines else "none"))

    @rule(viewer=st.sampled_from(VIEWERS), kind=st.sampled_from([MuteViewer, UnmuteViewer]))
    def mute(self, viewer: Participant, kind: type[MuteViewer] | type[UnmuteViewer]) -> None:
        self.ask(HOST, kind(viewer=viewer.viewer))

    @rule(viewer=st.sampled_from(VIEWERS), kind=st.sampled_from([BlockViewer, UnblockViewer]))
    def block(self, viewer: Participant, kind: type[BlockViewer] | type[UnblockViewer]) -> None:
        self.ask(HOST, kind(viewer=viewer.viewer))

    @rule(offer=st.sampled_from(OFFERS), available=st.integers(0, 9))
    def change_stock(self, offer: OfferCard, available: int) -> None:
        variant = offer.variants[0]
        self.on_loop(lambda: self.room.change_stock(offer.product_id, variant.variant_id, available))

    @rule(offer=st.sampled_from(OFFERS), left=st.integers(0, 9))
    def change_deal(self, offer: OfferCard, left: int) -> None:
        self.on_loop(lambda: self.room.change_deal(offer.product_id, DEAL.id, left))

    @rule(offer=st.sampled_from(OFFERS), quantity=st.integers(1, 3))
    def sell(self, offer: OfferCard, quantity: int) -> None:
        variant = offer.variants[0]
        self.on_loop(lambda: self.room.sell(offer.product_id, variant.variant_id, quantity))

    @rule(tray=st.lists(st.sampled_from(OFFERS), unique=True))
    def change_tray(self, tray: list[OfferCard]) -> None:
        self.on_loop(lambda: self.room.happen(TrayChanged(tuple(tray))))

    @rule(
        video=st.sampled_from([Video(), Video("/media/1/live.m3u8", "1"), Video("/media/2/live.m3u8", "2")])
    )
    def show_video(self, video: Video) -> None:
        self.on_loop(lambda: self.room.show_video(video))

    @rule(title=st.text(max_size=20))
    def edit(self, title: str) -> None:
        self.on_loop(lambda: self.room.happen(ShowEdited(title, self.room.now())))

    @rule()
    def start(self) -> None:
        self.on_loop(lambda: self.room.happen(ShowStarted(self.room.now())))

    @precondition(lambda self: self.room.state.show.state is ShowState.LIVE and self.room.feed.number > 40)
    @rule()
    def end(self) -> None:
        self.on_loop(lambda: self.room.happen(ShowEnded(self.room.now())))

    @rule(number=st.integers(1, 9))
    def count_claims(self, number: int) -> None:
        self.on_loop(lambda: self.room.happen(ClaimsCounted(number, f"{number:02}")))

    @rule(
        by=st.sampled_from([HOST, VIEWERS[0]]),
        offer=st.sampled_from(OFFERS),
        kind=st.sampled_from([CloseClaims, OpenClaims]),
    )
    def close_claims(
        self, by: Participant, offer: OfferCard, kind: type[CloseClaims] | type[OpenClaims]
    ) -> None:
        self.ask(by, kind(product_id=offer.product_id))

    @rule(
        by=st.sampled_from([HOST, VIEWERS[0]]), offer=st.sampled_from(OFFERS), door=st.sampled_from(ClaimsBy)
    )
    def choose_doors(self, by: Participant, offer: OfferCard, door: ClaimsBy) -> None:
        self.ask(by, ChooseClaimDoors(product_id=offer.product_id, by=door))

    @rule(by=st.sampled_from([HOST, VIEWERS[0]]))
    def pin_next(self, by: Participant) -> None:
        self.ask(by, PinNext())

    @rule(viewer=st.sampled_from(VIEWERS))
    def come(self, viewer: Participant) -> None:
        self.on_loop(lambda: self.room.arrive(viewer))

    @rule(viewer=st.sampled_from(VIEWERS))
    def ask_now_and_then(self, viewer: Participant) -> None:
        self.on_loop(lambda: self.room.poll(viewer))

    @rule(seconds=st.sampled_from([0.2, 1, 45, 400]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.on_loop(self.room.tick)

    @rule()
    def lose_or_find_the_connection(self) -> None:
        self.on_loop(self.flaky.connect if self.is_flaky_away else self.flaky.disconnect)
        self.is_flaky_away = not self.is_flaky_away

    @rule()
    def get_stuck_or_free(self) -> None:
        self.slow.is_ready = not self.slow.is_ready
        if self.slow.is_ready:
            self.on_loop(self.slow.catch_up)

    @invariant()
    def the_law_holds(self) -> None:
        self.on_loop(self.room.feed.flush)
        fresh = msgspec.json.decode(msgspec.json.encode(self.room.state), type=RoomState)
        assert self.steady.state == fresh
        assert self.steady.number == self.room.feed.number
        if self.slow.is_ready:
            assert self.slow.state == fresh
        if not self.is_flaky_away:
            assert self.flaky.state == fresh

    def teardown(self) -> None:
        self.runner.close()


RoomMachine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    suppress_health_check=[HealthCheck.too_slow],
)
TestTheLaw = RoomMachine.TestCase


def test_every_type_of_event_is_driven_by_the_machine() -> None:
    source = {kind.__name__ for kind in EVENT_TYPES.values()}
    by_commands = {"ChatSaid", "ChatDeleted", "OfferPinned", "OfferUnpinned", "HeartsAdded", "ViewersCounted"}
    by_commands |= {"ViewerMuted", "ViewerUnmuted", "ViewerBlocked", "ViewerUnblocked"}
    by_commands |= {"ClaimsClosedByHost", "ClaimsOpened", "ClaimDoorsChosen"}
    by_others = {"ClaimsCounted", "OfferDealTaken", "OfferStockChanged", "OfferSold"}
    by_others |= {"TrayChanged", "VideoChanged", "ShowEdited", "ShowStarted", "ShowEnded"}
    assert source == by_commands | by_others


async def test_an_event_that_does_not_fit_changes_nothing() -> None:
    room = make.room(make.show(state=ShowState.ENDED))
    before = room.state
    for event in (ShowStarted(1), read_event("offer.pinned", {"product_id": str(OFFERS[0].product_id)})):
        assert event is not None
        room.happen(event)
    assert replace(room.state) == before


def test_a_type_of_a_later_version_is_skipped() -> None:
    assert read_event("poll.opened", {"question": "?"}) is None
