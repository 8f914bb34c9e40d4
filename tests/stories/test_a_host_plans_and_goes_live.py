"""Story 3: a show is planned, shared, and goes live from a phone's camera and from OBS."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from etalase.lab.video import Broadcaster
from tests.stories import browsing
from tests.stories.browsing import axe, fits, forgive
from tests.stories.conftest import Screens
from tests.stories.serving import Server
from tests.stories.showing import (
    LAB,
    Stall,
    end_show,
    enter_studio,
    go_live_by_camera,
    open_stall,
    plan_show,
    say,
    see_moving_picture,
    watch,
)


@pytest.fixture
async def stall(server: Server) -> Stall:
    return await open_stall(server)


async def test_a_host_plans_a_show_and_whoever_has_the_link_sees_when_it_starts(
    server: Server, screens: Screens, stall: Stall
) -> None:
    host = await enter_studio(await screens(server.url, **browsing.PHONE), server, stall)
    await axe(host)
    await host.get_by_role("link", name="Plan a show").click()
    await axe(host)
    await fits(host)
    code = await plan_show(host, "Gaun lebaran")
    await axe(host)
    await fits(host)
    viewer = await watch(await screens(server.url, **browsing.PHONE), code)
    await expect(viewer.get_by_role("timer")).to_contain_text("Starts in")
    await expect(viewer.get_by_role("button", name=re.compile("All 2 offers"))).to_be_visible()
    await expect(viewer.locator("meta[property='og:title']")).to_have_attribute("content", re.compile("."))
    await axe(viewer)
    await fits(viewer)


async def test_a_host_puts_the_offers_in_order_by_buttons(
    server: Server, screens: Screens, stall: Stall
) -> None:
    host = await enter_studio(await screens(server.url, **browsing.PHONE), server, stall)
    await plan_show(host, "Urutan")
    titles = host.locator(".thumbs .offer-title")
    await expect(titles).to_have_count(2)
    first, second = await titles.all_inner_texts()
    await host.get_by_role("link", name="Edit show").click()
    await host.get_by_role("button", name=re.compile("Move .* up")).nth(1).click()
    await host.get_by_role("button", name="Save").click()
    await expect(host.locator(".thumbs .offer-title").first).to_have_text(second)
    await expect(host.locator(".thumbs .offer-title").nth(1)).to_have_text(first)


async def test_a_host_goes_live_from_the_phones_camera_pins_moderates_and_ends(
    server: Server, screens: Screens, camera_phone: Browser, stall: Stall
) -> None:
    async with browsing.opened(camera_phone, server.url, **browsing.PHONE) as phone:
        host = await enter_studio(phone, server, stall)
        code = await plan_show(host, "Langsung dari ponsel")
        viewer = await watch(await screens(server.url, **browsing.PHONE), code)
        await go_live_by_camera(host)
        await see_moving_picture(viewer)
        await pin_and_unpin(host, viewer)
        await moderate(host, viewer)
        await axe(host)
        await fits(host)
        await end_show(host)
        await expect(viewer.get_by_text("This show has ended")).to_be_visible()
        await expect(viewer.get_by_role("link", name="Watch the replay")).to_be_visible()
        forgive(phone, "/ingest")
        forgive(viewer.context, "/replay/")


async def pin_and_unpin(host: Page, viewer: Page) -> None:
    """Pin an offer with one tap, see it on the viewer's screen, and take it down."""
    offer = host.locator(".thumb").first
    title = (await offer.locator(".offer-title").inner_text()).strip()
    await offer.click()
    await expect(viewer.locator(".pin-card")).to_contain_text(title)
    await expect(offer).to_have_attribute("aria-pressed", "true")
    await offer.click()
    await expect(viewer.locator(".pin-card")).to_have_count(0)


async def moderate(host: Page, viewer: Page) -> None:
    """Mute a viewer, who is told when they write again, until the host lets them; delete their line."""
    await say(viewer, "Beli di tempat lain saja", name="Usil")
    line = host.locator(".room-line", has_text="Beli di tempat lain saja")
    await line.locator("summary").click()
    await line.get_by_role("button", name="Mute 10 min").click()
    undo = host.get_by_role("button", name="Undo")
    await undo.focus()  # a message stays as long as somebody is at it
    await viewer.get_by_placeholder("Write something…").fill("Lagi")
    await viewer.get_by_role("button", name="Send", exact=True).click()
    await expect(viewer.get_by_role("alert").filter(has_text="write")).to_be_visible()
    silenced = host.get_by_text("Muted or blocked: 1")
    await expect(silenced).to_be_visible()
    await undo.click()
    await expect(host.get_by_text("Usil may write again.")).to_be_visible()
    await expect(silenced).to_have_count(0)
    await viewer.get_by_role("button", name="Send", exact=True).click()
    await expect(host.get_by_role("log").get_by_text("Lagi")).to_be_visible()
    await line.locator("summary").click()
    await line.get_by_role("button", name="Delete").click()
    await expect(viewer.get_by_text("Beli di tempat lain saja")).to_have_count(0)


async def test_an_end_that_was_a_slip_is_taken_back(server: Server, screens: Screens, stall: Stall) -> None:
    host = await enter_studio(await screens(server.url, **browsing.PHONE), server, stall)
    await host.clock.install()
    code = await plan_show(host, "Salah pencet")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    await expect(host.get_by_role("button", name="End show")).to_be_visible()
    await host.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))  # as long as the slip is thought over
    await host.get_by_role("button", name="End show").click()
    await host.get_by_role("button", name="Go on with the show").click()
    await expect(host.get_by_role("button", name="End show")).to_be_visible()
    viewer = await watch(await screens(server.url, **browsing.PHONE), code)
    await host.clock.run_for(6_000)
    await host.reload()
    await expect(host.get_by_role("button", name="End show")).to_be_visible()
    await expect(viewer.get_by_text("The host is getting ready")).to_be_visible()


async def test_a_show_comes_from_obs_with_the_address_and_key_of_the_studio(
    server: Server, screens: Screens, stall: Stall
) -> None:
    host = await enter_studio(await screens(server.url, **browsing.DESKTOP), server, stall)
    code = await plan_show(host, "Dari OBS")
    await host.get_by_text("From OBS or another program").click()
    address = await host.get_by_label("RTMP address").input_value()
    old_key = await host.get_by_label("Stream key").input_value()
    await host.get_by_role("button", name="Replace the key").click()
    await host.get_by_text("From OBS or another program").click()
    key = await host.get_by_label("Stream key").input_value()
    assert key != old_key
    await host.get_by_role("button", name="Go live without the camera").click()
    broadcaster = Broadcaster(f"{address}/{key}", LAB)
    await broadcaster.start()
    try:
        viewer = await watch(await screens(server.url, **browsing.PHONE), code)
        await see_moving_picture(viewer)
    finally:
        await broadcaster.stop()


async def test_the_studio_says_what_to_do_when_the_camera_is_refused(
    server: Server, screens: Screens, stall: Stall, browser: Browser
) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    await context.add_init_script(
        "if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia ="
        " async () => { throw new DOMException('', 'NotAllowedError'); };"
    )
    host = await enter_studio(context, server, stall)
    await plan_show(host, "Tanpa kamera")
    await host.get_by_role("button", name="Turn the camera on").click()
    await expect(host.get_by_role("alert").filter(has_text="Allow it")).to_be_visible()
    await expect(host.get_by_role("button", name="Go live", exact=True)).to_be_disabled()
