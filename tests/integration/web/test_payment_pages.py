"""Pages and API of payments on the composed program: who may do what, and what a wrong request changes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from etalase import accounts
from etalase.bootstrap import System
from etalase.commerce import payments, shops
from etalase.commerce.payments import Method, Payment, PaymentState
from etalase.commerce.shops import Role, ShopView
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import shops as make
from tests.make.accounts import PASSWORD
from tests.make.program import MakesDatabases, csrf, program, visitor


@dataclass
class Desk:
    """A shop, its owner's and its packer's browsers and tokens, and a stranger's."""

    system: System
    db: Database
    shop: ShopView
    browsers: dict[str, httpx.AsyncClient]
    tokens: dict[str, str]

    async def start(self, method: Method = Method.BANK_TRANSFER, minor: int = 89_000) -> Payment:
        """Ask a buyer for money."""
        async with self.db.begin() as tx:
            return await payments.start_payment(
                tx,
                order_id=uuid4(),
                shop_id=self.shop.id,
                amount=Money(minor),
                method=method,
                expires_at=tx.clock.now() + timedelta(hours=1),
            )

    async def see(self, payment: Payment) -> Payment:
        """Return the payment as it is now."""
        async with self.db.begin() as tx:
            return await payments.get_payment(tx, payment.id)

    async def send(self, who: str, path: str, **fields: str) -> httpx.Response:
        """Send a form as a page does."""
        client = self.browsers[who]
        token = (await csrf(client))["x-csrftoken"]
        return await client.post(path, data={"_csrf_token": token, **fields})

    def api(self, who: str) -> dict[str, str]:
        """Return the header of a program."""
        return {"authorization": f"Bearer {self.tokens[who]}"}


@pytest.fixture
async def desk(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[Desk]:
    async with program(databases, tmp_path) as system:
        db = system.databases["commerce"]
        people = {}
        async with db.begin() as tx:
            for name in ("owner", "packer", "stranger"):
                email = f"{name}@example.com"
                people[name] = await accounts.sign_up(tx, email=email, password=PASSWORD, display_name=name)
            shop = await shops.create_shop(
                tx,
                people["owner"],
                make.shop_draft(
                    bank="BCA",
                    bank_account_number="1234567890",
                    bank_account_holder="Kirana",
                    qris_static=make.qris(),
                ),
            )
            _, link = await shops.invite_staff(tx, shop.id, "packer@example.com", Role.PACKER)
            await shops.accept_invitation(tx, link, people["packer"])
            tokens = {
                name: (await accounts.issue_token(tx, id_, "test")).secret for name, id_ in people.items()
            }
        made = Desk(system, db, shop, {}, tokens)
        for name in (*people, "nobody"):
            made.browsers[name] = visitor(system)
        for name in people:
            signed_in = await made.send(name, "/sign-in", email=f"{name}@example.com", password=PASSWORD)
            assert signed_in.status_code == 303
        yield made
        for client in made.browsers.values():
            await client.aclose()


async def test_only_the_owner_says_that_money_arrived(desk: Desk) -> None:
    placed = await desk.start()
    path, amount = f"/desk/{desk.shop.slug}/payments/{placed.id}/received", str(placed.due.minor)
    for who, status in (("nobody", 303), ("stranger", 404), ("packer", 404)):
        assert (await desk.send(who, path, amount=amount)).status_code == status, who
    assert (await desk.see(placed)) == placed
    assert (await desk.send("owner", path, amount=amount)).status_code == 303
    assert (await desk.see(placed)).state is PaymentState.CAPTURED


async def test_another_amount_is_refused_and_changes_nothing(desk: Desk) -> None:
    placed = await desk.start()
    path = f"/desk/{desk.shop.slug}/payments/{placed.id}/received"
    for amount in ("", "0", "1", "-5", "9" * 40, "٨٩", "89017.5", "abc"):
        assert (await desk.send("owner", path, amount=amount)).status_code == 409, amount
    assert (await desk.see(placed)) == placed


async def test_a_form_without_its_token_is_refused(desk: Desk) -> None:
    placed = await desk.start()
    path = f"/desk/{desk.shop.slug}/payments/{placed.id}/received"
    answer = await desk.browsers["owner"].post(path, data={"amount": str(placed.due.minor)})
    assert answer.status_code == 403
    assert (await desk.see(placed)) == placed


async def test_an_owner_reaches_only_payments_of_the_own_shop(desk: Desk) -> None:
    placed = await desk.start()
    async with desk.db.begin() as tx:
        me = await accounts.find_by_token(tx, desk.tokens["stranger"])
        assert me is not None
        other = await shops.create_shop(tx, me.account_id, make.shop_draft("Toko Lain"))
    path = f"/desk/{other.slug}/payments/{placed.id}/received"
    assert (await desk.send("stranger", path, amount=str(placed.due.minor))).status_code == 404
    trail = f"/desk/{other.slug}/money/orders/{placed.order_id}"
    assert (await desk.browsers["stranger"].get(trail)).status_code == 404
    assert (await desk.see(placed)) == placed


async def test_only_the_owner_reads_the_books(desk: Desk) -> None:
    placed = await desk.start()
    for page in ("money", "money.csv", f"money/orders/{placed.order_id}"):
        for who, status in (("nobody", 303), ("stranger", 404), ("packer", 404), ("owner", 200)):
            answer = await desk.browsers[who].get(f"/desk/{desk.shop.slug}/{page}")
            assert answer.status_code == status, (who, page)


async def test_cash_on_delivery_is_a_switch_of_the_owner(desk: Desk) -> None:
    path = f"/desk/{desk.shop.slug}/money/cod"
    assert (await desk.send("packer", path, cod="on")).status_code == 404
    with pytest.raises(payments.MethodNotOffered):
        await desk.start(Method.COD)
    assert (await desk.send("owner", path, cod="on")).status_code == 303
    assert (await desk.start(Method.COD)).state is PaymentState.PENDING


async def test_the_pay_page_needs_its_secret_and_is_never_kept(desk: Desk) -> None:
    placed = await desk.start(Method.QRIS_STATIC)
    nobody = desk.browsers["nobody"]
    shown = await nobody.get(f"/pay/{placed.token}")
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    assert (await nobody.get(f"/pay/{placed.token}/qr.svg")).headers["content-type"] == "image/svg+xml"
    assert (await nobody.get(f"/pay/{placed.token}/qr.png")).content.startswith(b"\x89PNG")
    for path in ("/pay/x", f"/pay/{placed.id}", "/pay/x/qr.svg", "/pay/x/qr.png", "/pay/x/news"):
        assert (await nobody.get(path)).status_code == 404, path
    transfer = await desk.start()
    assert (await nobody.get(f"/pay/{transfer.token}/qr.svg")).status_code == 404


async def test_news_come_only_when_there_are_some(desk: Desk) -> None:
    placed = await desk.start()
    path = f"/pay/{placed.token}/news?seen=pending"
    assert (await desk.browsers["nobody"].get(path)).status_code == 204
    async with desk.db.begin() as tx:
        await payments.confirm_by_seller(tx, placed.id, placed.due)
    news = await desk.browsers["nobody"].get(path)
    assert (news.status_code, news.headers["hx-refresh"]) == (200, "true")


async def test_names_from_outside_are_shown_and_never_run(desk: Desk) -> None:
    async with desk.db.begin() as tx:
        draft = make.shop_draft(
            "<script>alert(1)</script>",
            bank="<b>",
            bank_account_number="12345678",
            bank_account_holder="<i>x",
        )
        await shops.update_shop(tx, desk.shop.id, draft)
    placed = await desk.start()
    text = (await desk.browsers["nobody"].get(f"/pay/{placed.token}")).text
    assert "<script>alert" not in text
    assert "<b>" not in text
    assert "<i>x" not in text


async def test_a_program_sells_and_reads_the_books(desk: Desk) -> None:
    placed = await desk.start()
    client, api = desk.browsers["nobody"], f"/api/v1/shops/{desk.shop.slug}"
    followed = (await client.get(f"/api/v1/payments/{placed.token}")).json()
    assert followed["state"] == "pending"
    assert followed["how_to_pay"] == {"bank": "BCA", "number": "1234567890", "holder": "Kirana"}
    received = f"{api}/payments/{placed.id}/received"
    wrong = await client.post(received, json={"amount_minor": 5}, headers=desk.api("owner"))
    assert wrong.status_code == 409
    assert wrong.json()["code"] == "payment_amount_differs"
    body = {"amount_minor": placed.due.minor}
    for who, status in (("stranger", 404), ("packer", 404), ("owner", 200)):
        assert (await client.post(received, json=body, headers=desk.api(who))).status_code == status, who
    assert (await client.post(received, json=body)).status_code == 401
    balances = (await client.get(f"{api}/balances", headers=desk.api("owner"))).json()["items"]
    assert sum(balance["amount_minor"] for balance in balances) == 0
    first = (await client.get(f"{api}/ledger?limit=1", headers=desk.api("owner"))).json()
    rest = (
        await client.get(f"{api}/ledger", params={"cursor": first["next_cursor"]}, headers=desk.api("owner"))
    ).json()
    kinds = [entry["kind"] for entry in first["items"] + rest["items"]]
    assert kinds == ["payment_captured", "payment_started"]


async def test_a_program_lists_payments_and_sends_refunds(desk: Desk) -> None:
    client, api = desk.browsers["nobody"], f"/api/v1/shops/{desk.shop.slug}"
    placed = [await desk.start() for _ in range(3)]
    page = (await client.get(f"{api}/payments?limit=2&state=pending", headers=desk.api("owner"))).json()
    assert [item["id"] for item in page["items"]] == [str(placed[2].id), str(placed[1].id)]
    assert page["next_cursor"]
    assert (await client.get(f"{api}/payments?state=odd", headers=desk.api("owner"))).status_code == 422
    async with desk.db.begin() as tx:
        await payments.confirm_by_seller(tx, placed[0].id, placed[0].due)
        refund = await payments.request_refund(tx, placed[0].id, reason="sold out")
    [waiting] = (await client.get(f"{api}/refunds", headers=desk.api("owner"))).json()["items"]
    assert waiting["id"] == str(refund.id)
    assert (await client.get(f"{api}/refunds", headers=desk.api("stranger"))).status_code == 404
    sent = await client.post(f"{api}/refunds/{refund.id}/sent", headers=desk.api("owner"))
    assert sent.json()["state"] == "refunded"


async def test_no_gateway_means_no_call_back_is_believed(desk: Desk) -> None:
    notice = {"order_id": "x", "status_code": "200", "gross_amount": "1.00", "signature_key": ""}
    answer = await desk.browsers["nobody"].post("/webhooks/midtrans", json=notice)
    assert answer.status_code == 403
    large = await desk.browsers["nobody"].post("/webhooks/midtrans", content=b"{" + b" " * 20_000)
    assert large.status_code == 413
