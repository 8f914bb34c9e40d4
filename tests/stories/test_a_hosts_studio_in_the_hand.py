"""The studio on a phone: its picture stays, links don't cut it, and what is over is offered no more."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.make.waiting import until
from tests.stories import browsing
from tests.stories.browsing import forgive
from tests.stories.conftest import Screens
from tests.stories.serving import Server
from tests.stories.showing import (
    Stall,
    end_show,
    enter_studio,
    go_live_by_camera,
    open_stall,
    plan_show,
    see_moving_picture,
    watch,
)

COUNT_EMPTIED = """document.addEventListener("emptied", () => {
  window.emptied = (window.emptied ?? 0) + 1;
}, true)"""
BRIGHTNESS = """() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 32, height: 32 }).getContext("2d");
  pen.drawImage(document.querySelector("studio-preview video"), 0, 0, 32, 32);
  const points = pen.getImageData(0, 0, 32, 32).data;
  return points.reduce((sum, value, place) => place % 4 === 3 ? sum : sum + value, 0) / (32 * 32 * 3);
}"""
DARK = 30
DUMB_RECORDER = """window.MediaRecorder = class extends EventTarget {
  static isTypeSupported() { return true; }
  state = "inactive";
  start() { this.state = "recording"; }
  stop() { this.state = "inactive"; }
}"""
HELD_BACK_SOUND = """{
  const held = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "state");
  window.allowSound = false;
  Object.defineProperty(BaseAudioContext.prototype, "state", {
    get() { return window.allowSound ? held.get.call(this) : "suspended"; }
  });
}"""


@pytest.fixture
async def stall(server: Server) -> Stall:
    return await open_stall(server)


async def test_a_live_picture_begins_once_and_no_link_cuts_it(
    server: Server, screens: Screens, camera_phone: Browser, stall: Stall
) -> None:
    async with browsing.opened(camera_phone, server.url, **browsing.PHONE) as phone:
        await phone.add_init_script(COUNT_EMPTIED)
        host = await enter_studio(phone, server, stall)
        code = await plan_show(host, "Kamera tetap menyala")
        await go_live_by_camera(host)
        for name in ("Edit show", "See the room", "My shows"):
            async with phone.expect_page() as opening:
                await host.get_by_role("link", name=name).click()
            beside = await opening.value
            await beside.close()
        viewer = await watch(await screens(server.url, **browsing.PHONE), code)
        await see_moving_picture(viewer, 12)
        await host.wait_for_function(f"({BRIGHTNESS})() > {DARK}")
        assert await host.evaluate("window.emptied ?? 0") <= 1, "the preview begins again and again"
        await expect(host.locator(".on-air .badge")).to_have_text("LIVE")
        await the_key_is_not_replaced_without_a_word(host)
        await end_show(host)
        await nothing_is_offered_that_is_over(host)
        await host.goto("/studio")
        await expect(host.locator(".show-card").first).not_to_contain_text(re.compile(r"\bin \d"))
        forgive(phone, "/ingest")


async def the_key_is_not_replaced_without_a_word(host: Page) -> None:
    """Ask for another key; the page would be loaded anew, and asks before, in words."""
    asked: list[str] = []

    async def refuse(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        await dialog.dismiss()  # type: ignore[attr-defined]

    host.once("dialog", refuse)
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Replace the key").click()
    await until(lambda: asked)
    assert asked == ["This loads the page again and stops your camera. Go on?"]
    await expect(host.locator(".on-air .badge")).to_have_text("LIVE")


async def nothing_is_offered_that_is_over(host: Page) -> None:
    """Read the studio after the end, without loading it again."""
    await expect(host.get_by_role("heading", name="This show is over")).to_be_visible()
    for name in (
        "Turn the camera on",
        "Go live",
        "Go live without the camera",
        "Replace the key",
        "End show",
    ):
        await expect(host.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await expect(host.get_by_role("link", name="Edit show")).to_be_hidden()
    await expect(host.get_by_text("On air for")).to_have_count(0)


async def test_a_show_that_another_device_ends_is_over_here_too(
    server: Server, screens: Screens, stall: Stall
) -> None:
    host = await enter_studio(await screens(server.url, **browsing.PHONE), server, stall)
    await plan_show(host, "Diakhiri dari laptop")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    other = await host.context.new_page()
    await other.goto(host.url)
    await end_show(other)
    await nothing_is_offered_that_is_over(host)


async def test_a_recorder_that_makes_nothing_is_told(server: Server, screens: Screens, stall: Stall) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    await context.add_init_script(DUMB_RECORDER)
    host = await enter_studio(context, server, stall)
    await plan_show(host, "Kamera bisu")
    await go_live_by_camera(host)
    trouble = host.get_by_role("alert").filter(has_text="The camera delivers no picture")
    await expect(trouble).to_be_visible()
    await expect(host.locator(".on-air .badge")).to_have_text("No picture")
    await expect(host.get_by_role("button", name="Start the camera again")).to_be_visible()
    await end_show(host)


async def test_a_meter_that_may_not_listen_yet_calls_nothing_silent(
    server: Server, screens: Screens, stall: Stall
) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    await context.add_init_script(HELD_BACK_SOUND)
    host = await enter_studio(context, server, stall)
    await plan_show(host, "Suara belum diketahui")
    await host.get_by_role("button", name="Turn the camera on").click()
    sound = host.locator(".check-line", has=host.get_by_text("Sound", exact=True))
    await expect(sound).to_contain_text("not known yet")
    await expect(sound).not_to_contain_text("silent")
    await host.evaluate("window.allowSound = true")
    await expect(sound).not_to_contain_text("not known yet")
