"""What anybody may send who has no account: preferences, signing up and in, the cart and the checkout."""

from etalase.commerce import shops
from etalase.kernel.ids import new_code
from tests.make import orders as make_orders
from tests.make.accounts import PASSWORD
from tests.make.checkouts import TYPED, hidden
from tests.make.deeds._deed import Deed, always, deed
from tests.make.neighbours import Neighbours
from tests.make.probes import form

NEXT = {"next": "/cart"}
FORM = {"content-type": "application/x-www-form-urlencoded"}

always("POST /preferences", fields={"language": "id", "theme": "dark", "next": "/"})
always("POST /checkout/forget")


@deed("POST /sign-up")
async def _sign_up(_: Neighbours, __: str) -> Deed:
    email = f"{new_code()}@example.com".lower()
    return Deed(fields={"display_name": "Dewi", "email": email, "password": PASSWORD} | NEXT)


@deed("POST /sign-in")
async def _sign_in(n: Neighbours, __: str) -> Deed:
    fields = {"email": "stranger@example.com", "password": PASSWORD} | NEXT
    return Deed(fields=fields, alone=await n.newcomer("commerce"))  # the session that comes along ends


@deed("POST /sign-in/code", "POST /reset")
async def _ask_for_letter(_: Neighbours, __: str) -> Deed:
    return Deed(fields={"email": f"{new_code()}@example.com".lower()} | NEXT)


@deed("POST /cart/holds")
async def _hold(n: Neighbours, __: str) -> Deed:
    fields = _hold_request(n) | {"show": n.show_code, "idempotency_key": new_code(20), "key": new_code(20)}
    return Deed(fields=fields, headers=await _cart(n))


@deed("POST /cart/claims/{token}")
async def _take_entered_claim(_: Neighbours, __: str) -> Deed:
    return Deed({"token": f"{new_code(20)}.{new_code(24)}"})  # nobody's: all are led to their carts


@deed("POST /shop/{slug}/pay-first")
async def _ask_to_pay_later(n: Neighbours, __: str) -> Deed:
    """Ask a shop of its own, which has new buyers pay first: the others sell as they did."""
    async with n.ours.db.begin() as tx:
        shop = await make_orders.open_shop(tx, f"Kelinci {new_code(6)}")
        await shops.set_hold_rules(tx, shop.id, shops.HoldRulesDraft(pay_first="new"))
    fields = {"words": "Saya selalu bayar.", "email": "dewi@example.com"}
    return Deed({"slug": shop.slug}, fields=fields)


@deed("POST /claims")
async def _judge_log(n: Neighbours, __: str) -> Deed:
    log = await n.send("GET", f"/claims/{n.show_code}", "anonymous")
    return Deed(files={"file": log.text.encode()})


@deed("POST /cart/lines/{variant_id}")
async def _change_quantity(n: Neighbours, __: str) -> Deed:
    hold_request = _hold_request(n)
    path = {"variant_id": hold_request["variant_id"]}
    return Deed(path, fields={"quantity": "2", "idempotency_key": new_code(20)}, headers=await _cart(n))


@deed("POST /checkout", "POST /checkout/delivery", "POST /checkout/total", "POST /checkout/vouchers")
async def _checkout(n: Neighbours, __: str) -> Deed:
    headers = await _cart(n)
    typed = TYPED | {
        "email": f"{new_code()}@example.com".lower(),
        "place_code": "327606",
        "note": "Tolong dibungkus",
        "remember": "on",
        "action": "place",
        f"method-{n.ours.shop.id}": "bank_transfer",
        f"service-{n.ours.shop.id}": "",
    }
    page = await n.send("GET", "/checkout", "anonymous", headers=headers)
    typed |= hidden(page.text)
    total = await n.send("POST", "/checkout/total", "anonymous", headers=FORM | headers, body=form(typed))
    return Deed(fields=typed | hidden(total.text), headers=headers)


def _hold_request(n: Neighbours) -> dict[str, str]:
    return {"variant_id": str(n.ours.market.variants[0].id), "quantity": "1"}


async def _cart(n: Neighbours) -> dict[str, str]:
    """Hold a unit as a new browser, and return what it comes back with."""
    seen = await n.send("POST", "/cart/holds", "anonymous", headers=FORM, body=form(_hold_request(n)))
    return {"cookie": "; ".join(cookie.partition(";")[0] for cookie in seen.cookies)}
