"""Story 4: anyone with the link watches, chats and gives hearts; a lost line goes on where it was.

Story 8: the replay opens at once, shows each offer at its moment, and sells what is left.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, WebSocketRoute, expect

from etalase.lab.video import Broadcaster
from tests.stories import browsing
from tests.stories.browsing import axe, fits, forgive
from tests.stories.conftest import Screens
from tests.stories.serving import Server
from tests.stories.showing import (
    LAB,
    end_show,
    enter_studio,
    open_stall,
    plan_show,
    say,
    see_moving_picture,
    watch,
    watch_for,
)


class OnAir:
    """A live show that comes from OBS, and its host's studio."""

    def __init__(self, host: Page, code: str) -> None:
        self.host = host
        self.code = code

    def figure(self, name: str) -> Locator:
        """Return one of the numbers beside the tray."""
        return self.host.locator(".figures > div").filter(has_text=name).locator("dd")

    async def pin(self, number: int) -> str:
        """Pin an offer and return its title."""
        offer = self.host.locator(".thumb").nth(number)
        await offer.click()
        await expect(offer).to_have_attribute("aria-pressed", "true")
        return (await offer.locator(".offer-title").inner_text()).strip()


@pytest.fixture
async def on_air(server: Server, screens: Screens) -> AsyncIterator[OnAir]:
    stall = await open_stall(server)
    host = await enter_studio(await screens(server.url, **browsing.DESKTOP), server, stall)
    code = await plan_show(host, "Sore ceria")
    await host.get_by_text("From OBS or another program").click()
    address = await host.get_by_label("RTMP address").input_value()
    key = await host.get_by_label("Stream key").input_value()
    await host.get_by_role("button", name="Go live without the camera").click()
    broadcaster = Broadcaster(f"{address}/{key}", LAB)
    await broadcaster.start()
    yield OnAir(host, code)
    await broadcaster.stop()


@pytest.mark.parametrize("screen", ["PHONE", "DESKTOP"])
async def test_anyone_with_the_link_watches_chats_and_gives_hearts(
    server: Server, screens: Screens, on_air: OnAir, screen: str
) -> None:
    title = await on_air.pin(0)
    viewer = await watch(await screens(server.url, **getattr(browsing, screen)), on_air.code)
    await see_moving_picture(viewer)
    await expect(viewer.locator(".pin-card")).to_contain_text(title)
    await expect(viewer.locator(".pin-card")).to_contain_text("10 left")
    await say(viewer, "Halo semua", name="Sari")
    await say(viewer, "Cantik!")
    await viewer.get_by_role("button", name="Send a heart").click()
    await viewer.get_by_role("button", name="Tap for sound").click()
    await expect(viewer.locator("video.room-video")).to_have_js_property("muted", value=False)
    await axe(viewer)
    await fits(viewer)
    late = await watch(await screens(server.url, **browsing.PHONE), on_air.code)
    await expect(late.get_by_role("log").get_by_text("Halo semua")).to_have_count(1)
    await expect(late.locator(".room-viewers")).to_contain_text("2")
    await expect(on_air.figure("Hearts")).to_have_text("1")


async def test_a_lost_line_goes_on_where_it_was_with_nothing_missed_or_doubled(
    server: Server, screens: Screens, on_air: OnAir
) -> None:
    lines: list[WebSocketRoute] = []

    def connect(route: WebSocketRoute) -> None:
        route.connect_to_server()
        lines.append(route)

    context = await screens(server.url, **browsing.PHONE)
    await context.route_web_socket("**/socket*", connect)
    viewer = await watch(context, on_air.code)
    await say(viewer, "Sebelum putus", name="Sari")
    await lines[-1].close(code=1012)
    await say(on_air.host, "Saat putus")
    log = viewer.get_by_role("log")
    for text in ("Sebelum putus", "Saat putus"):
        await expect(log.get_by_text(text)).to_have_count(1)
    await say(viewer, "Sesudah putus")
    assert len(lines) >= 2
    assert "epoch=" in lines[-1].url


async def test_a_line_whose_reply_is_lost_is_said_once_and_its_writer_is_not_told_otherwise(
    server: Server, screens: Screens, on_air: OnAir
) -> None:
    lost: list[str] = []

    def connect(route: WebSocketRoute) -> None:
        room = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if '"t":"reply"' in str(message) and not lost:
                lost.append(str(message))
                asyncio.ensure_future(route.close(code=1012))  # noqa: RUF006  playwright keeps it
            else:
                route.send(message)

        room.on_message(pass_on)

    context = await screens(server.url, **browsing.PHONE)
    await context.route_web_socket("**/socket*", connect)
    viewer = await watch(context, on_air.code)
    await say(viewer, "Satu kali", name="Sari")
    await expect(viewer.get_by_placeholder("Write something…")).to_have_value("")
    assert lost
    await say(viewer, "Lalu ini")
    for screen in (viewer, on_air.host):
        await expect(screen.get_by_role("log").get_by_text("Satu kali")).to_have_count(1)


async def test_a_network_without_web_sockets_hears_and_speaks_all_the_same(
    server: Server, screens: Screens, on_air: OnAir
) -> None:
    context = await screens(server.url, **browsing.PHONE)
    await context.route_web_socket("**/socket*", lambda route: asyncio.ensure_future(route.close(code=1011)))
    viewer = await watch(context, on_air.code)
    await say(viewer, "Tanpa soket", name="Sari")
    await say(on_air.host, "Terdengar?")
    await expect(viewer.get_by_role("log").get_by_text("Terdengar?")).to_have_count(1)


async def test_the_room_is_useful_without_scripts(server: Server, screens: Screens, on_air: OnAir) -> None:
    title = await on_air.pin(1)
    context = await screens(server.url, **browsing.PHONE, java_script_enabled=False)
    viewer = await watch(context, on_air.code)
    await expect(viewer.locator(".pin-card")).to_contain_text(title)
    await viewer.locator(".pin-card").get_by_role("link").click()
    await expect(viewer.get_by_role("heading", level=1)).to_contain_text(title.removeprefix("A2").strip())


async def test_a_viewer_walks_through_the_room_by_keyboard(
    server: Server, screens: Screens, on_air: OnAir
) -> None:
    await on_air.pin(0)
    viewer = await watch(await screens(server.url, **browsing.DESKTOP), on_air.code)
    await viewer.get_by_role("link", name="Buy", exact=False).first.press("Enter")
    sheet = viewer.get_by_role("dialog")
    await expect(sheet).to_be_visible()
    await axe(viewer)
    await viewer.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()


async def test_a_unit_is_held_in_the_room_while_the_show_goes_on(
    server: Server, screens: Screens, on_air: OnAir
) -> None:
    await on_air.pin(0)
    other = await watch(await screens(server.url, **browsing.PHONE), on_air.code)
    buyer = await watch(await screens(server.url, **browsing.PHONE), on_air.code)
    await buyer.locator(".pin-card").get_by_role("link").click()
    sheet = buyer.get_by_role("dialog")
    await sheet.locator(".chip").first.click()
    await sheet.get_by_role("button", name="One more").click()
    await sheet.get_by_role("button", name="Hold for me").click()
    await expect(sheet.get_by_role("timer")).to_contain_text("Held for you for")
    await axe(buyer)
    await fits(buyer)
    await expect(other.locator(".pin-card")).to_contain_text("8 left")
    await expect(on_air.host.locator(".thumb").first).to_contain_text("8 left")
    await expect(on_air.figure("Held")).to_have_text("2")
    await expect(on_air.figure("Orders")).to_have_text("0")
    await sheet.get_by_role("link", name="Check out").click()
    checkout = buyer.frame_locator("iframe.buy-checkout")
    await expect(checkout.get_by_role("heading").first).to_be_visible()
    await see_moving_picture(buyer, marks=3)
    await sheet.get_by_role("button", name="Close").click()
    await expect(buyer.locator(".hold-dock")).to_contain_text("2")


async def test_the_replay_shows_each_offer_at_its_moment_and_sells_what_is_left(
    server: Server, screens: Screens, on_air: OnAir
) -> None:
    viewer = await watch(await screens(server.url, **browsing.PHONE), on_air.code)
    await see_moving_picture(viewer)
    first = await on_air.pin(0)
    await watch_for(viewer, seconds=3)
    second = await on_air.pin(1)
    await watch_for(viewer, seconds=3)
    await end_show(on_air.host)
    await viewer.get_by_role("link", name="Watch the replay").click()
    forgive(viewer.context, "/replay/")
    await expect(viewer.locator(".moment")).to_have_count(2)
    await viewer.locator(".moment", has_text=second).click()
    await expect(viewer.locator("replay-pin")).to_contain_text(second)
    await viewer.wait_for_function("document.querySelector('video').currentTime > 2")
    await viewer.locator(".moment", has_text=first).click()
    await expect(viewer.locator("replay-pin")).to_contain_text(first)
    await axe(viewer)
    await fits(viewer)
    await viewer.locator("replay-pin").get_by_role("link").click()
    await expect(viewer.get_by_role("dialog")).to_contain_text("5 left")
