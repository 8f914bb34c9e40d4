"""What a buyer types at the checkout, and what its form carries besides."""

import re
from html import unescape

import httpx

from etalase import accounts
from etalase.commerce import shops
from tests.make.orders import Market
from tests.make.program import send

CONTACT = {
    "email": "dewi@example.com",
    "recipient": "Dewi Lestari",
    "phone": "0812-9876-5432",
    "street": "Jl. Margonda Raya 100",
    "postcode": "16421",
}
TYPED = CONTACT | {"place": "Beji, Kota Depok, Jawa Barat"}
"""As a page takes it."""
DOCUMENT = CONTACT | {"place_code": "327606"}
"""As the API takes it."""
_HIDDEN = re.compile(r'<input\s+type="hidden"\s+name="(checkout_key|line|seen)"\s+value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """Return what the form carries unseen."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


async def fill_checkout(browser: httpx.AsyncClient, market: Market, query: str = "") -> dict[str, str]:
    """Return the checkout's form, filled in until it shows the whole total."""
    form = TYPED | {f"method-{market.shop.id}": "bank_transfer"}
    form |= hidden((await browser.get(f"/checkout{query}")).text)
    return form | hidden((await send(browser, f"/checkout/total{query}", **form)).text)


async def as_program(market: Market) -> dict[str, str]:
    """Return the headers of a program of the shop's owner."""
    async with market.db.begin() as tx:
        (owner,) = await shops.list_staff(tx, market.shop.id)
        token = await accounts.issue_token(tx, accounts.AccountId(owner.account_id), "Test")
    return {"authorization": f"Bearer {token.secret}"}
