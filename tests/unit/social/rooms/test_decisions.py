from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import IdempotencyKeyReused, Invalid
from etalase.kernel.ids import new_id
from etalase.social import rooms
from etalase.social.rooms import (
    DeleteLine,
    GiveHearts,
    MuteViewer,
    Participant,
    PinOffer,
    RoomSettings,
    Say,
    ShowState,
    TakeName,
    read_command,
)
from etalase.social.rooms._commands.perform import Outcome, carry_out
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.said import LINES_OF_ONE_VIEWER
from etalase.social.rooms._model.pace import Pace, take
from tests.make import rooms as make

HOST = Participant("host-1", "Bunga", is_host=True)
ANI = Participant("ani", "Ani")
SETTINGS = RoomSettings()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def room(clock: FixedClock) -> Room:
    return make.room(make.show(tray=(make.offer(),), clock=clock), clock=clock)


def ask(room: Room, participant: Participant, command: rooms.Command) -> Outcome:
    outcome = carry_out(room, participant, command, SETTINGS)
    if outcome.event is not None:
        room.happen(outcome.event)
    return outcome


async def test_a_first_line_brings_its_name_and_the_next_keeps_it(room: Room) -> None:
    stranger = Participant("budi")
    with pytest.raises(rooms.NameNeeded):
        ask(room, stranger, Say(text="halo"))
    ask(room, stranger, Say(text="halo", name="  Bu   Di "))
    ask(room, stranger, Say(text="lagi"))
    assert [line.name for line in room.state.chat] == ["Bu Di", "Bu Di"]


async def test_a_repeated_line_is_answered_alike_whatever_has_changed(room: Room) -> None:
    first = ask(room, ANI, Say(text="halo", key="kunci-satu"))
    ask(room, HOST, MuteViewer(viewer="ani"))
    again = ask(room, ANI, Say(text="halo", key="kunci-satu"))
    assert again.event is None
    assert again.facts == first.facts
    with pytest.raises(IdempotencyKeyReused):
        ask(room, ANI, Say(text="lain", key="kunci-satu"))
    with pytest.raises(rooms.Muted):
        ask(room, ANI, Say(text="halo", key="kunci-dua"))


async def test_only_the_last_lines_of_a_viewer_are_known(room: Room, clock: FixedClock) -> None:
    for number in range(LINES_OF_ONE_VIEWER + 1):
        clock.advance(seconds=10)
        ask(room, ANI, Say(text="halo", key=f"kunci-{number}-"))
    clock.advance(seconds=10)
    assert ask(room, ANI, Say(text="halo", key="kunci-1-")).event is None
    assert ask(room, ANI, Say(text="halo", key="kunci-0-")).event is not None


@pytest.mark.parametrize(
    "name",
    [
        "Toko Bunga", "TOKO BUNGA", " tokobunga ", "T\u00f6k\u00f6-Bunga", "Toko Bunga!", "Toko Bunga\u3164",
        "T\u043eko Bunga", "Toko Bunga\U000e0041", "T0ko Bunga", "\uff34oko Bunga",
    ],
)  # fmt: skip
async def test_no_viewer_passes_for_the_shop(room: Room, name: str) -> None:
    with pytest.raises(rooms.NameNotFree):
        ask(room, ANI, TakeName(name=name))
    ask(room, HOST, TakeName(name=name))


async def test_no_viewer_passes_for_a_host(room: Room) -> None:
    room.arrive(Participant("host-1", "Melati Sari", is_host=True))
    with pytest.raises(rooms.NameNotFree):
        ask(room, ANI, TakeName(name="MeIati Sar\u0456"))
    with pytest.raises(rooms.NameNotFree):
        ask(room, ANI, Say(text="halo", name="melati sari"))
    ask(room, ANI, TakeName(name="Melati fan club"))


async def test_a_name_that_the_shop_takes_later_can_no_longer_be_spoken_under(room: Room) -> None:
    ask(room, ANI, Say(text="halo", name="Melati Kids"))
    room.show = replace(room.show, shop=replace(room.show.shop, name="Melati Kids"))
    with pytest.raises(rooms.NameNotFree):
        ask(room, ANI, Say(text="transfer ke saya ya"))
    assert ask(room, ANI, Say(text="halo", name="Ani")).event is not None


@pytest.mark.parametrize("text", ["", "   ", "\u200f\n", "x" * 201])
async def test_an_empty_or_endless_line_is_refused_and_nothing_is_said(room: Room, text: str) -> None:
    with pytest.raises(Invalid):
        ask(room, ANI, Say(text=text))
    assert not room.state.chat


@pytest.mark.parametrize("name", ["", " \t", "x" * 31])
async def test_an_empty_or_endless_name_is_refused(room: Room, name: str) -> None:
    with pytest.raises(Invalid):
        ask(room, ANI, TakeName(name=name))


async def test_markup_is_text_like_any_other(room: Room) -> None:
    ask(room, Participant("x"), Say(text="<b onclick=alert(1)>x</b> &amp;", name="<script>"))
    line = room.state.chat[-1]
    assert (line.name, line.text) == ("<script>", "<b onclick=alert(1)>x</b> &amp;")


async def test_a_viewer_who_writes_too_fast_is_told_when_to_go_on(room: Room, clock: FixedClock) -> None:
    for _ in range(SETTINGS.lines_at_once):
        ask(room, ANI, Say(text="halo"))
    with pytest.raises(rooms.TooFast) as refused:
        ask(room, ANI, Say(text="halo"))
    wait = refused.value.facts["retry_after_seconds"]
    assert isinstance(wait, float)
    ask(room, Participant("budi", "Budi"), Say(text="saya boleh"))
    clock.advance(seconds=wait)
    ask(room, ANI, Say(text="halo"))


async def test_a_room_takes_no_more_lines_than_can_be_read(room: Room) -> None:
    with pytest.raises(rooms.RoomBusy):
        for number in range(1000):
            ask(room, Participant(f"viewer-{number}", "Penonton"), Say(text="halo"))
    assert len(room.state.chat) == 50
    ask(room, HOST, Say(text="pelan-pelan ya"))


async def test_a_muted_viewer_is_silent_until_the_time_is_up(room: Room, clock: FixedClock) -> None:
    ask(room, HOST, MuteViewer(viewer="ani", seconds=60))
    with pytest.raises(rooms.Muted) as refused:
        ask(room, ANI, Say(text="halo"))
    assert refused.value.facts["until"] == room.now() + 60_000
    clock.advance(seconds=61)
    ask(room, ANI, Say(text="halo"))


async def test_viewers_may_neither_pin_nor_moderate(room: Room) -> None:
    product = room.state.tray[0].product_id
    ask(room, HOST, Say(text="selamat datang"))
    hold_requests: list[rooms.Command] = [
        PinOffer(product_id=product),
        rooms.UnpinOffer(),
        DeleteLine(line=room.state.chat[-1].id),
        MuteViewer(viewer="budi"),
        rooms.UnmuteViewer(viewer="budi"),
        rooms.BlockViewer(viewer="budi"),
        rooms.UnblockViewer(viewer="budi"),
    ]
    before = room.state, room.moderation
    for hold_request in hold_requests:
        with pytest.raises(rooms.NotAHost):
            ask(room, ANI, hold_request)
    assert (room.state, room.moderation) == before


async def test_viewers_may_take_back_their_own_lines_only(room: Room) -> None:
    ask(room, ANI, Say(text="salah ketik"))
    line = room.state.chat[-1].id
    with pytest.raises(rooms.NotAHost):
        ask(room, Participant("budi", "Budi"), DeleteLine(line=line))
    ask(room, ANI, DeleteLine(line=line))
    with pytest.raises(rooms.NoSuchLine):
        ask(room, ANI, DeleteLine(line=line))


@pytest.mark.parametrize("state", [ShowState.PLANNED, ShowState.ENDED])
async def test_outside_a_live_show_nothing_is_pinned_and_no_hearts_fly(
    state: ShowState, clock: FixedClock
) -> None:
    room = make.room(make.show(state=state, tray=(make.offer(),), clock=clock), clock=clock)
    for hold_request in (PinOffer(product_id=room.state.tray[0].product_id), GiveHearts()):
        with pytest.raises(rooms.ShowNotLive):
            ask(room, HOST, hold_request)


async def test_the_room_of_a_show_that_is_over_is_read_only(clock: FixedClock) -> None:
    room = make.room(make.show(state=ShowState.ENDED, clock=clock), clock=clock)
    with pytest.raises(rooms.ShowIsOver):
        ask(room, ANI, Say(text="masih ada?"))


async def test_hearts_are_told_together_and_never_faster_than_one_can_tap(room: Room) -> None:
    for _ in range(3):
        ask(room, ANI, GiveHearts(count=20))
    with pytest.raises(rooms.TooFast):
        ask(room, ANI, GiveHearts(count=20))
    number = room.feed.number
    room.tick()
    assert room.state.hearts == 60
    assert room.feed.number == number + 1


async def test_a_viewer_with_two_screens_counts_once_and_hosts_do_not(room: Room, clock: FixedClock) -> None:
    for participant in (ANI, ANI, Participant("budi"), HOST):
        room.arrive(participant)
    room.poll(Participant("citra"))
    room.tick()
    assert room.state.viewers == 3
    room.leave(ANI)
    clock.advance(seconds=60)
    room.tick()
    assert room.state.viewers == 2


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"do":"say"}',
        b'{"do":"say","text":7}',
        b'{"do":"dance"}',
        b'{"do":"heart","count":0}',
        b'{"do":"heart","count":21}',
        b'{"do":"heart","count":1e99}',
        b'{"do":"pin","product_id":"1 OR 1=1"}',
        b'{"do":"mute","viewer":"x","seconds":99999999}',
        b'{"id":"x","do":"unpin"}',
        b'{"id":1.5,"do":"heart"}',
        b'{"id":' + b"9" * 17 + b',"do":"heart"}',
        b'{"id":-' + b"9" * 4_000 + b',"do":"heart"}',
        b"[" * 5000,
        b'{"do":"say","text":"\\ud800"}',
    ],
)
def test_what_is_no_command_is_refused(wire: bytes) -> None:
    with pytest.raises(rooms.NoSuchCommand):
        read_command(wire)
    assert rooms.command_number(wire) == 0


@given(st.binary(max_size=60))
def test_random_bytes_are_read_or_refused(wire: bytes) -> None:
    try:
        read_command(wire)
    except rooms.NoSuchCommand:
        assert isinstance(rooms.command_number(wire), int)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=50))
def test_no_pace_lets_more_through_than_its_burst_and_rate(pauses: list[int]) -> None:
    pace, bucket, now, taken = Pace(burst=5, per_second=2), None, 0, 0
    for pause in pauses:
        now += pause
        bucket, wait = take(bucket, pace, now)
        taken += wait == 0
        if wait:
            _, after = take(bucket, pace, now + round(wait * 1000) + 1)
            assert after == 0
    assert taken <= 5 + now / 1000 * 2 + 1e-6


def test_a_cookie_proves_a_viewer_and_a_forged_one_proves_nothing() -> None:
    viewer = rooms.new_viewer()
    cookie = rooms.sign_viewer(viewer, b"secret")
    assert rooms.read_viewer(cookie, b"secret") == viewer
    assert rooms.read_viewer(cookie, b"another") is None
    for forged in ("", ".", viewer, f"{viewer}.", f"x{cookie}", f"{cookie}0", cookie.upper(), "é.é", None):
        assert rooms.read_viewer(forged, b"secret") is None
    host = new_id()
    assert rooms.host_pseudonym(host) == rooms.host_pseudonym(host)
    assert host.hex not in rooms.host_pseudonym(host)
