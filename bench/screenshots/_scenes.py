"""The pictures: every page that people see, in each state that looks different."""

import itertools
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from playwright.async_api import FilePayload, Page

from bench.screenshots._camera import Scene
from bench.screenshots._market import Stage

Act = Callable[[Page], Awaitable[None]]
IMPORT = """code,title,description,price,weight_grams,size,colour,sku,stock
B1,Kardigan Awan,Rajut lembut,119000,240,2-3 th,krem,AWAN-2,6
B1,,,gratis,240,4-5 th,krem,AWAN-4,enam
B2,Topi Rimba,Katun,45000,80,S,hijau,RIMBA-S,10
"""
CHANGES = """code,title,price,size,colour,stock
A3,Gaun Kunyit polos,135000,2-3 th,kunyit,9
A3,Gaun Kunyit polos,129000,4-5 th,kunyit,5
A4,Overall Kebun kanvas,105000,3-4 th,hijau daun,7
A4,Overall Kebun kanvas,105000,5-6 th,hijau daun,
"""
NEW = """code,title,price,weight_grams,size,colour,stock
{code},Topi Rimba {code},45000,80,S,hijau,10
{code},Topi Rimba {code},45000,80,M,hijau,4
"""
DUMB_RECORDER = """window.MediaRecorder = class extends EventTarget {
  static isTypeSupported() { return true; }
  state = "inactive";
  start() { this.state = "recording"; }
  stop() { this.state = "inactive"; }
}"""
"""As of a browser whose recorder starts and never delivers."""
HELD_BACK_SOUND = """Object.defineProperty(BaseAudioContext.prototype, "state", { get: () => "suspended" })"""
"""As of a browser that lets no page listen before a tap."""
LOW = 330
"""What is left of a phone's screen above its keyboard."""
GUESSES = 30
ALERT_MS = 60_000
"""Key frames are measured over several of them."""
_numbers = itertools.count(1)
PLAYS = "document.querySelector('video.room-video')?.currentTime > 0.3"
PLAY_TRIES = 100
MAIN = "main form[method=post] .button--primary"


def send(button: str = MAIN, **values: str) -> Act:
    """Write into the form, and send it past the browser's own checks; a double underscore is a point."""

    async def act(page: Page) -> None:
        await page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        for name, value in values.items():
            field = page.locator(f"main [name='{name.replace('__', '.')}']")
            await field.locator("visible=true").first.fill(value)
        async with page.expect_navigation():
            await page.locator(button).last.click()

    return act


def tap(*selectors: str) -> Act:
    """Tap one after the other."""

    async def act(page: Page) -> None:
        for selector in selectors:
            await page.locator(selector).locator("visible=true").first.click()

    return act


def unfold(action: str) -> Act:
    """Open what hides the form that is sent to this address."""
    return tap(f"details:has(form[action$='/{action}']) > summary")


async def play(page: Page) -> None:
    """Wait until the picture moves."""
    for _ in range(PLAY_TRIES):  # no wait_for_function: the page's policy lets nothing be evaluated in it
        if await page.evaluate(PLAYS):
            return
        await page.wait_for_timeout(200)
    raise TimeoutError("the picture does not move")


def then(*acts: Act) -> Act:
    """Do one after the other."""

    async def act(page: Page) -> None:
        for one in acts:
            await one(page)

    return act


def preview_spreadsheet(rows: str) -> Act:
    """Let the shop look at a spreadsheet; `{code}` in it is a new product's."""

    async def act(page: Page) -> None:
        content = rows.format(code=f"N{next(_numbers)}").encode()
        sheet = FilePayload(name="produk.csv", mimeType="text/csv", buffer=content)
        await page.set_input_files("input[name=file]", sheet)
        await send()(page)

    return act


async def import_spreadsheet(page: Page) -> None:
    """Import new products, and wait until they are there."""
    await preview_spreadsheet(NEW)(page)
    await page.locator("main button[name=deed][value=run]").click()
    await page.locator("main .notice--success").wait_for()


async def send_the_camera(page: Page) -> None:
    """Plan a show and go live with the camera."""
    await send(title="Kamera dari teras")(page)
    await tap("studio-preview .button--large")(page)
    await tap("studio-air .button--large")(page)


async def wait_for_alert(page: Page) -> None:
    """Wait until the studio says that something is wrong."""
    notice = page.locator(".studio [role=alert]:not(:empty), .studio [role=status] .notice")
    await notice.first.wait_for(timeout=ALERT_MS)


async def guess(page: Page) -> None:
    """Guess passwords until it is enough."""
    for _ in range(GUESSES):
        await page.fill("main [name=email]", "tamu@rumah.example")
        await page.fill("main [name=password]", "salah sekali")
        async with page.expect_navigation() as opened:
            await page.locator(MAIN).last.click()
        if (await opened.value).status == HTTPStatus.TOO_MANY_REQUESTS:
            return
    raise TimeoutError("anybody may guess as often as they like")


async def write_first_line(page: Page) -> None:
    """Write the first line in a chat that then asks for a name."""
    await page.locator(".room-composer input[name=text]").fill("Ukuran 4-5 masih ada, kak?")
    await page.locator(".room-composer button").click()
    await page.locator(".room-composer input[name=name]").wait_for()


async def lose_the_cookies(page: Page) -> None:
    """Send a form whose token the browser has lost."""
    await page.context.clear_cookies()
    await send(email="sari@melati.example", password="hujan sore di teras")(page)  # noqa: S106


def follow(link: str) -> Act:
    """Tap a link, which may open beside, and go where it leads."""

    async def act(page: Page) -> None:
        await page.goto(await page.locator(link).first.evaluate("link => link.href"))

    return act


async def hold_at_the_shop(page: Page) -> None:
    """Hold a unit by the form of the product's own page, and open the cart."""
    await tap("main .chip, main .choice")(page)
    await send("main form[action$='/cart/holds'] .button")(page)


async def choose_a_size(page: Page) -> None:
    """Raise the sheet of the pinned offer and choose."""
    await tap(".pin-card [data-buy]", ".sheet--buy .chip")(page)


async def hold_it(page: Page) -> None:
    """Have the chosen unit held."""
    await choose_a_size(page)
    await page.locator(".sheet--buy form .button--primary").click()
    await page.locator(".sheet--buy .buy-held").wait_for()


async def check_out_in_the_sheet(page: Page) -> None:
    """Go on to the checkout, which opens inside the sheet."""
    await hold_it(page)
    await page.locator(".sheet--buy .buy-held .button--primary").click()
    frame = page.frame_locator(".buy-checkout")
    await frame.locator("#checkout").wait_for()
    await page.wait_for_timeout(500)


def empty_scenes() -> list[Scene]:
    """List what a market looks like before anybody has come."""
    return [
        Scene("home-empty", "/"),
        Scene("shops-empty", "/shops"),
        Scene("orders-mine-empty", "/orders"),
        Scene("cart-empty", "/cart"),
        Scene("sign-in", "/sign-in"),
        Scene("sign-in-wrong", "/sign-in", act=send(email="sari@melati.example", password="salah sekali")),  # noqa: S106
        Scene("sign-up", "/sign-up"),
        Scene("sign-up-wrong", "/sign-up", act=send(display_name="", email="sari", password="pendek")),  # noqa: S106
        Scene("reset", "/reset"),
        Scene("reset-sent", "/reset/sent"),
        Scene("error-404", "/no-such-page"),
        Scene("error-403", "/sign-in", act=lose_the_cookies),
        Scene("design", "/design"),
        Scene("design-home", "/design/home"),
        Scene("design-desk", "/design/desk"),
    ]


def open_scenes(stage: Stage) -> list[Scene]:
    """List what anybody sees of a busy market."""
    shop, product = f"/shop/{stage.sari.slug}", stage.sari.product_ids[0]
    live, planned, ended = (f"/live/{code}" for code in (stage.live, stage.planned, stage.ended))
    return [
        Scene("home", "/"),
        Scene("shops", "/shops"),
        Scene("shop", shop),
        Scene("shop-empty", f"/shop/{stage.rini.slug}"),
        Scene("product", f"{shop}/p/{product}"),
        Scene("room-planned", planned, whole=False),
        Scene("room-live", live, act=play, whole=False),
        Scene("room-chat-name", live, act=then(play, write_first_line), whole=False),
        Scene("room-choose", live, act=then(play, choose_a_size), whole=False),
        Scene("room-held", live, act=then(play, hold_it), whole=False),
        Scene("room-choose-low", live, act=then(play, choose_a_size), whole=False, height=LOW),
        Scene("room-held-low", live, act=then(play, hold_it), whole=False, height=LOW),
        Scene("room-checkout", live, act=then(play, check_out_in_the_sheet), whole=False),
        Scene("room-tray", live, act=then(play, tap(".tray-open, .tray-column")), whole=False),
        Scene("room-replay", ended),
        Scene("room-replay-screen", ended, whole=False),
        Scene("room-no-script", live, scripts=False),
        Scene("room-planned-no-script", planned, scripts=False),
        Scene("sign-in-code", stage.links["code"]),
        Scene("reset-new-password", stage.links["reset"]),
        Scene("dev-mail", "/dev/mail"),
    ]


def buying_scenes(stage: Stage) -> list[Scene]:
    """List what a buyer sees from the cart to the last state of an order."""
    wanted = {"place": "Gubeng, Kota Surabaya", "postcode": "60281"}
    return [
        Scene("cart", "/cart", "buyer"),
        Scene("checkout", "/checkout", "buyer"),
        Scene("checkout-wrong", "/checkout", "buyer", act=send("[name=action][value=place]")),
        Scene("checkout-priced", "/checkout", "buyer", act=send("[name=action][value=place]", **wanted)),
        *(Scene(f"order-{name.replace('_', '-')}", order.path) for name, order in stage.orders.items()),
    ]


def desk_scenes(stage: Stage) -> list[Scene]:
    """List the seller's desk."""
    desk, fresh = f"/desk/{stage.sari.slug}", f"/desk/{stage.rini.slug}"
    product = f"{desk}/products/{stage.sari.product_ids[0]}"
    wrong = send(title="", price="murah", weight_grams="0", variants__0__units="-1")
    nothing_came = send("form[action$='/payouts'] .button", fee="sedikit")
    return [
        Scene("account", "/account", "sari"),
        Scene("desk-none", "/desk", "tono"),
        Scene("invitation", stage.links["invitation"], "tono"),
        Scene("new-shop", "/desk/new-shop", "tono"),
        Scene("new-shop-wrong", "/desk/new-shop", "tono", act=send(name="", nib="12")),
        Scene("desk-shops", "/desk", "sari"),
        Scene("desk-today", desk, "sari"),
        Scene("desk-today-screen", desk, "sari", whole=False),
        Scene("desk-today-empty", fresh, "rini"),
        Scene("products", f"{desk}/products", "sari"),
        Scene("products-empty", f"{fresh}/products", "rini"),
        Scene("product-new", f"{desk}/products/new", "sari"),
        Scene("product-new-wrong", f"{desk}/products/new", "sari", act=wrong),
        Scene("product-edit", product, "sari"),
        Scene("product-stock", f"{product}/stock", "sari"),
        Scene("import", f"{desk}/products/import", "sari"),
        Scene("import-wrong", f"{desk}/products/import", "sari", act=preview_spreadsheet(IMPORT)),
        Scene("import-changes", f"{desk}/products/import", "sari", act=preview_spreadsheet(CHANGES)),
        Scene("import-new", f"{desk}/products/import", "sari", act=preview_spreadsheet(NEW)),
        Scene("import-done", f"{desk}/products/import", "sari", act=import_spreadsheet),
        *desk_order_scenes(stage),
        Scene("money", f"{desk}/money", "sari"),
        Scene("money-payout", f"{desk}/money", "sari", act=unfold("payouts")),
        Scene("money-payout-wrong", f"{desk}/money", "sari", act=then(unfold("payouts"), nothing_came)),
        Scene("money-empty", f"{fresh}/money", "rini"),
        Scene("shipping", f"{desk}/shipping", "sari"),
        Scene("staff", f"{desk}/staff", "sari"),
        Scene("settings", f"{desk}/settings", "sari"),
    ]


def desk_order_scenes(stage: Stage) -> list[Scene]:
    """List the seller's orders."""
    desk, fresh = f"/desk/{stage.sari.slug}", f"/desk/{stage.rini.slug}"
    orders = {name: f"{desk}/orders/{order.number}" for name, order in stage.orders.items()}
    too_much = send("form[action$='/part'] .button", **{"units-0": "9", "amount": "90.000.000"})
    much = send("form[action$='/part'] .button", amount="1.500.000", reason="Salah kirim warna.")
    return [
        Scene("orders", f"{desk}/orders", "sari"),
        Scene("orders-filtered", f"{desk}/orders?state=to_pack", "sari"),
        Scene("orders-none-fit", f"{desk}/orders?q=zzz", "sari"),
        Scene("orders-empty", f"{fresh}/orders", "rini"),
        Scene("desk-order-unpaid", orders["bank_transfer"], "sari"),
        Scene("desk-order-paid", orders["paid"], "sari"),
        Scene("desk-order-shipped", orders["shipped"], "sari"),
        Scene("desk-order-delivered", orders["delivered"], "sari"),
        Scene("desk-order-refund", orders["refund_due"], "sari"),
        Scene("desk-order-part", orders["packed"], "sari", act=unfold("part")),
        Scene("desk-order-part-wrong", orders["packed"], "sari", act=then(unfold("part"), too_much)),
        Scene("desk-order-part-back", orders["part_back"], "sari"),
        Scene("desk-order-part-asked", orders["large"], "sari", act=then(unfold("part"), much)),
        Scene(
            "desk-order-part-asked-screen",
            orders["large"],
            "sari",
            act=then(unfold("part"), much),
            whole=False,
        ),
    ]


def studio_scenes(stage: Stage) -> list[Scene]:
    """List the studio."""
    planned, live = f"/studio/{stage.planned}", f"/studio/{stage.live}"
    camera = tap("studio-preview .button--large")
    return [
        Scene("studio", "/studio", "sari"),
        Scene("studio-empty", f"/desk/{stage.rini.slug}/live", "rini"),
        Scene("studio-new", "/studio/new", "sari"),
        Scene("studio-new-wrong", "/studio/new", "sari", act=send(title="", starts_at="")),
        Scene("studio-edit", f"{planned}/edit", "sari"),
        Scene("studio-before", planned, "sari"),
        Scene("studio-camera", planned, "sari", act=camera),
        Scene("studio-sound-unknown", planned, "sari", act=camera, before=HELD_BACK_SOUND),
        Scene("studio-live", live, "sari"),
        Scene("studio-key-frames", f"/studio/{stage.rare}", "sari", act=wait_for_alert),
        Scene(
            "studio-no-picture",
            "/studio/new",
            "sari",
            act=then(send_the_camera, wait_for_alert),
            before=DUMB_RECORDER,
        ),
        Scene("studio-over", f"/studio/{stage.ended}", "sari"),
        Scene("studio-account", "/studio/account", "sari"),
    ]


def law_scenes(stage: Stage) -> list[Scene]:
    """List what differs under a law that keeps watching and buying apart."""
    live, ended = f"/live/{stage.live}", f"/live/{stage.ended}"
    shop = f"/shop/{stage.sari.slug}"
    product = f"{shop}/p/{stage.sari.product_ids[0]}"
    return [
        Scene("law-home", "/", commerce=False),
        Scene("law-room", live, act=play, whole=False, commerce=False),
        Scene("law-room-no-script", live, scripts=False, commerce=False),
        Scene("law-no-cart", "/cart", commerce=False),
        Scene(
            "law-room-tray",
            live,
            act=then(play, tap(".tray-open, .tray-column")),
            whole=False,
            commerce=False,
        ),
        Scene("law-to-the-shop", live, act=then(play, follow(".pin-card a.button")), commerce=False),
        Scene(
            "law-cart", live, act=then(play, follow(".pin-card a.button"), hold_at_the_shop), commerce=False
        ),
        Scene("law-replay", ended, whole=False, commerce=False),
        Scene("law-planned", f"/live/{stage.planned}", whole=False, commerce=False),
        Scene("law-404", "/no-such-page", commerce=False),
        Scene("law-market", "/"),
        Scene("law-shop", shop),
        Scene("law-product", product),
        Scene("law-cart-empty", "/cart"),
        Scene("law-checkout", "/checkout", "buyer"),
        Scene("law-orders-mine", "/orders"),
        Scene("law-sign-in", "/sign-in"),
        Scene("law-desk", f"/desk/{stage.sari.slug}", "sari"),
        Scene("law-studio-list", "/studio", "sari", commerce=False),
        Scene("law-studio-account", "/studio/account", "sari", commerce=False),
        Scene("law-studio", f"/studio/{stage.live}", "sari", commerce=False),
    ]


def busy_scenes() -> list[Scene]:
    """List what pages say to whoever asks too often."""
    return [Scene("sign-in-too-often", "/sign-in", act=guess)]


def outage_scenes() -> list[Scene]:
    """List what pages say while the database is away."""
    return [Scene("error-503", "/shops")]
