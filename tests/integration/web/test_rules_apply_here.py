"""A discount that the law lets nobody claim is refused at each door; /rules shows everybody why."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from etalase import accounts
from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductView
from etalase.commerce.shops import ShopView
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make.accounts import sign_up
from tests.make.databases import Databases
from tests.make.program import ORIGIN, program, send, visitor

REFUSED = 451
PRICE = 89_000


@dataclass
class Europe:
    """A shop under the European book, its owner's browser, and a program of theirs."""

    db: Database
    shop: ShopView
    product: ProductView
    owner: httpx.AsyncClient
    program: httpx.AsyncClient
    clock: FixedClock

    async def claim_by_form(self) -> httpx.Response:
        """Start a deal by the desk's form."""
        return await send(
            self.owner,
            f"/desk/{self.shop.slug}/deals/new",
            offer=str(self.product.id),
            percent="20",
            quantity="2",
            length="600",
        )

    async def claim_by_program(self) -> httpx.Response:
        """Start a deal by the API."""
        body = {"product_id": str(self.product.id), "percent": 20, "quantity": 2}
        return await self.program.post(f"/api/v1/shops/{self.shop.slug}/deals", json=body)

    async def reprice(self, price: int) -> None:
        """Change the price of all variants, as the seller would."""
        draft = make_catalog.product_draft(price=str(price), code=self.product.code)
        async with self.db.begin() as tx:
            await catalog.update_product(tx, self.shop.id, self.product.id, draft)

    async def deals(self) -> int:
        """Count the deals that the shop has."""
        listed = await self.program.get(f"/api/v1/shops/{self.shop.slug}/deals")
        return len(listed.json()["items"])


@pytest.fixture
async def europe(databases: Databases, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Europe]:
    async with program(databases, tmp_path, clock, ETALASE_RULEBOOK="eu") as system:
        db = system.databases["commerce"]
        account = await sign_up(db)
        async with db.begin() as tx:
            shop = await make_orders.open_shop(tx, owner_id=account)
            product = await make_catalog.product(tx, shop.id, price=str(PRICE))
            for variant in product.variants:
                await inventory.receive(tx, variant.id, 10)
            token = await accounts.issue_token(tx, account, "Test")
        async with visitor(system) as owner, visitor(system) as by_program:
            for client in (owner, by_program):
                client.headers["accept-language"] = "en"
            async with db.begin() as tx:
                session = await accounts.open_session(tx, account)
            owner.cookies.set("etalase_session_commerce", session.token, domain="shop.example")
            by_program.headers["authorization"] = f"Bearer {token.secret}"
            yield Europe(db, shop, product, owner, by_program, clock)


async def test_a_discount_from_a_price_that_was_just_raised_is_refused_at_each_door(europe: Europe) -> None:
    europe.clock.advance(seconds=3600)
    await europe.reprice(PRICE + 20_000)
    europe.clock.advance(seconds=3600)
    by_form, by_program = await europe.claim_by_form(), await europe.claim_by_program()
    assert by_form.status_code == 422
    assert "the lowest of the 30 days before it" in by_form.text
    assert by_program.status_code == REFUSED
    problem = by_program.json()
    assert problem["code"] == "refused_by_law"
    (clause,) = problem["clauses"]
    assert (clause["rulebook"], clause["id"]) == ("eu/consumer", "lowest-price")
    assert clause["text"].startswith("The price beside a claimed discount")
    assert clause["confidence"] == "verified"
    assert await europe.deals() == 0


async def test_a_discount_from_the_lowest_price_is_allowed(europe: Europe) -> None:
    europe.clock.advance(seconds=3600)
    assert (await europe.claim_by_program()).status_code == 201
    assert await europe.deals() == 1


async def test_thirty_days_after_the_price_was_raised_it_is_the_lowest(europe: Europe) -> None:
    await europe.reprice(PRICE + 20_000)
    europe.clock.advance(seconds=30 * 24 * 3600 + 1)
    assert (await europe.claim_by_form()).status_code == 303


WORDS = {
    "en": ["Which rules apply here", "Pay inside a show", "Forbidden", "Article 21(3)", "leaves to people"],
    "id": ["Aturan yang berlaku", "Membayar di dalam siaran", "Dilarang", "Dalam Proses Legalisasi"],
}
COMING = {"en": "From 8 June 2026: Indonesia: Ministry", "id": "Mulai 8 Juni 2026: Indonesia: Permendag 19"}


@pytest.mark.parametrize("language", WORDS)
async def test_everybody_may_read_which_rules_apply_and_which_come(
    databases: Databases, tmp_path: Path, language: str
) -> None:
    """At both planes' own addresses, a week before the law changes."""
    clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
    async with program(databases, tmp_path, clock, ETALASE_RULEBOOK="id") as system:
        assert len(system.endpoints) == 2
        for endpoint in system.endpoints:
            transport = httpx.ASGITransport(endpoint.app)
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, trust_env=False) as reader:
                shown = await reader.get("/rules", headers={"accept-language": language})
            assert shown.status_code == 200
            assert [word for word in WORDS[language] if word not in shown.text] == []
            assert COMING[language] in shown.text


async def test_where_no_rulebook_is_in_force_the_page_says_so(databases: Databases, tmp_path: Path) -> None:
    clock = FixedClock(datetime(2021, 1, 1, tzinfo=UTC))
    async with program(databases, tmp_path, clock, ETALASE_RULEBOOK="eu") as system:
        app = system.endpoints[0].app
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=ORIGIN, trust_env=False
        ) as reader:
            shown = await reader.get("/rules", headers={"accept-language": "en"})
    assert "No rulebook is in force now" in shown.text
