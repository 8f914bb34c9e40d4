"""The pictures of a sale: flash deals, those who wait in line, and claims."""

from playwright.async_api import FilePayload, Page

from bench.screenshots._camera import Scene
from bench.screenshots._market import Stage
from bench.screenshots._scenes import (
    LOW,
    Act,
    choose_a_size,
    hold_it,
    play,
    send,
    tap,
    then,
    write_first_line,
)


async def try_a_code(page: Page) -> None:
    """Send the order with a code that the shop does not have."""
    await page.locator("#vouchers input").first.fill("TIDAKADA")
    await send("[name=action][value=place]", place="Gubeng, Kota Surabaya", postcode="60281")(page)


async def choose_what_is_held(page: Page) -> None:
    """Raise the sheet of an offer of which others hold all."""
    await tap(".tray-open, .tray-column")(page)
    await page.locator("room-tray [data-buy]").locator("visible=true").nth(2).click()
    await page.locator(".sheet--buy .chip").first.click()


async def claim(page: Page) -> None:
    """Buy by a line of the chat, and wait for what comes of it."""
    await write_first_line(page)
    await page.locator(".room-composer input[name=name]").fill("Dewi")
    await page.locator(".room-composer button[type=submit], .room-composer button").last.click()
    await page.locator(".room-composer input[name=text]").fill("A1 4-5 th")
    await page.locator(".room-composer button").last.click()
    await page.wait_for_timeout(1500)


def judge(content: bytes) -> Act:
    """Have a file of claims checked."""

    async def act(page: Page) -> None:
        sheet = FilePayload(name="claims.json", mimeType="application/json", buffer=content)
        await page.set_input_files("input[name=file]", sheet)
        await send()(page)

    return act


def judge_the_show(show: str, part: bytes = b"", other: bytes = b"") -> Act:
    """Have the claims of a show checked, as they are or with a part of them changed."""

    async def act(page: Page) -> None:
        log = await (await page.request.get(f"{page.url}/{show}")).body()
        await judge(log.replace(part, other, 1) if part else log)(page)

    return act


def deal_scenes(stage: Stage) -> list[Scene]:
    """List what a flash deal looks like, to the shop and to those who buy."""
    desk, fresh, live = f"/desk/{stage.sari.slug}", f"/desk/{stage.rini.slug}", f"/live/{stage.live}"
    wrong = send(percent="", price="999.000", quantity="banyak")
    return [
        Scene("deals-empty", f"{fresh}/deals", "rini"),
        Scene("deal-new-no-product", f"{fresh}/deals/new", "rini"),
        Scene("deals", f"{desk}/deals", "sari"),
        Scene("deal-new", f"{desk}/deals/new", "sari"),
        Scene("deal-new-wrong", f"{desk}/deals/new", "sari", act=wrong),
        Scene("deal-room", live, act=play, whole=False),
        Scene("deal-room-choose", live, act=then(play, choose_a_size), whole=False),
        Scene("deal-room-choose-low", live, act=then(play, choose_a_size), whole=False, height=LOW),
        Scene("deal-room-held", live, act=then(play, hold_it), whole=False),
        Scene("deal-room-tray", live, act=then(play, tap(".tray-open, .tray-column")), whole=False),
        Scene("deal-room-no-script", live, scripts=False),
        Scene("deal-product", f"/shop/{stage.sari.slug}/p/{stage.sari.product_ids[0]}"),
        Scene("deal-shop", f"/shop/{stage.sari.slug}"),
        Scene("deal-cart", "/cart", "buyer"),
        Scene("deal-checkout", "/checkout", "buyer"),
        Scene("deal-order", stage.orders["deal"].path),
        Scene("deal-desk-order", f"{desk}/orders/{stage.orders['deal'].number}", "sari"),
        Scene("deal-studio", f"/studio/{stage.live}", "sari"),
        Scene("deal-studio-screen", f"/studio/{stage.live}", "sari", whole=False),
    ]


def voucher_scenes(stage: Stage) -> list[Scene]:
    """List what vouchers look like, to the shop and to those who buy, and the studio of a sale."""
    desk, fresh = f"/desk/{stage.sari.slug}", f"/desk/{stage.rini.slug}"
    studio = f"/studio/{stage.live}"
    return [
        Scene("vouchers-empty", f"{fresh}/vouchers", "rini"),
        Scene("vouchers", f"{desk}/vouchers", "sari"),
        Scene("vouchers-stop", f"{desk}/vouchers", "sari", act=tap("main .button--danger"), whole=False),
        Scene("voucher-new", f"{desk}/vouchers/new", "sari"),
        Scene("voucher-new-wrong", f"{desk}/vouchers/new", "sari", act=send(off="banyak", code="?")),
        Scene("voucher-cart", "/cart", "buyer"),
        Scene("voucher-checkout", "/checkout", "buyer"),
        Scene("voucher-checkout-wrong", "/checkout", "buyer", act=try_a_code),
        Scene("studio-deal", studio, "sari", act=tap(".deal-steps .button"), whole=False),
        Scene("studio-let-go", studio, "sari", act=tap(".studio-claim .button"), whole=False),
    ]


def closed_scenes(stage: Stage) -> list[Scene]:
    """List an offer whose claims the host has closed."""
    live = f"/live/{stage.live}"
    return [
        Scene("room-closed", live, act=play, whole=False),
        Scene("room-closed-no-script", live, scripts=False, whole=False),
        Scene("studio-closed", f"/studio/{stage.live}", "sari"),
    ]


def line_scenes(stage: Stage) -> list[Scene]:
    """List what those see who wait for what others hold, and what claims come to."""
    live = f"/live/{stage.live}"
    return [
        Scene("line-cart-waits", "/cart", "waiter"),
        Scene("line-cart-turn", "/cart", "next"),
        Scene("line-room-waits", live, "waiter", act=play, whole=False),
        Scene("line-room-turn", live, "next", act=play, whole=False),
        Scene("line-room-choose", live, "waiter", act=then(play, choose_what_is_held), whole=False),
        Scene("line-product", f"/shop/{stage.sari.slug}/p/{stage.sari.product_ids[2]}"),
        Scene("line-stock", f"/desk/{stage.sari.slug}/products/{stage.sari.product_ids[2]}/stock", "sari"),
        Scene("claims", "/claims"),
        Scene("claims-unreadable", "/claims", act=judge(b"{}")),
        Scene("claims-right", "/claims", act=judge_the_show(stage.live)),
        Scene("claims-wrong", "/claims", act=judge_the_show(stage.live, b"held", b"held_")),
        Scene("room-claim", live, act=then(play, claim), whole=False),
    ]
