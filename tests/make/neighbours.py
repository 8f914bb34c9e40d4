"""Two shops side by side, each with its staff, its goods, its orders and its shows, and a stranger.

What one of them owns is real: made by the commands, and let in by the doors that people use (a password, a
pass to the studio, an API token). A stall that keeps things gives the same one each time it is asked; one
that doesn't gives a fresh one, for deeds that use it up.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from etalase import accounts
from etalase.accounts import AccountId
from etalase.bootstrap import System
from etalase.commerce import catalog, inventory, orders, payments, shops
from etalase.commerce.bundles import Bundle
from etalase.commerce.catalog import ProductView
from etalase.commerce.deals import Deal
from etalase.commerce.ledger import Entry, LedgerAccount, credit, debit, post
from etalase.commerce.orders import Order
from etalase.commerce.shops import Role, ShopView
from etalase.commerce.vouchers import Voucher
from etalase.kernel.ids import new_code, new_id
from etalase.kernel.money import Money
from etalase.platform.db import Database, Plane
from etalase.platform.images import store_picture
from etalase.platform.outbox import Relay
from etalase.social.rooms import Participant, PinOffer, Say, Show, ShowPlan
from etalase.social.rooms._model.state import ChatLine
from tests.make import accounts as make_accounts
from tests.make import bundles as make_bundles
from tests.make import catalog as make_catalog
from tests.make import deals as make_deals
from tests.make import inventory as make_inventory
from tests.make import orders as make_orders
from tests.make import vouchers as make_vouchers
from tests.make.orders import Market
from tests.make.pictures import dress
from tests.make.probes import Seen, form, probe
from tests.make.program import path_of
from tests.make.waiting import until

Person = Literal["stranger", "owner", "host", "packer", "rival", "rival_host", "rival_packer"]
ROLES = {Role.OWNER: "owner", Role.HOST: "host", Role.PACKER: "packer"}
ELSEWHERE: dict[str, Person] = {"owner": "rival", "host": "rival_host", "packer": "rival_packer"}
"""Who holds the same role in the other shop."""
Made = TypeVar("Made")
PICTURE = dress(width=36, height=48)
LIMITS = catalog.CatalogSettings()


@dataclass
class Stall:
    """One of the two shops and what it owns. Each method makes one of a kind, or gives the kept one."""

    system: System
    market: Market
    owner: Person
    people: dict[str, AccountId]
    hosts: dict[str, AccountId]
    """The staff as the social plane knows it."""
    keeps: bool = False
    _kept: dict[object, Any] = field(default_factory=dict)

    @property
    def shop(self) -> ShopView:
        """Return the shop."""
        return self.market.shop

    @property
    def db(self) -> Database:
        """Return the database of its plane."""
        return self.market.db

    async def product(self) -> ProductView:
        """Add a product."""
        return await self._get("product", self._product)

    async def deal(self) -> Deal:
        """Add a deal that runs, on a product of its own."""

        async def make() -> Deal:
            made = await self._product(new_code(6))
            async with self.db.begin() as tx:
                return await make_deals.deal(tx, made, price=500)

        return await self._get("deal", make)

    async def bundle(self) -> Bundle:
        """Add a bundle that runs, of a product of its own."""

        async def make() -> Bundle:
            made = await self._product(new_code(6))
            async with self.db.begin() as tx:
                return await make_bundles.bundle(tx, self.shop.id, [(made.id, 3, 1)])

        return await self._get("bundle", make)

    async def voucher(self) -> Voucher:
        """Add a voucher that runs, for which nobody has the code."""

        async def make() -> Voucher:
            async with self.db.begin() as tx:
                return await make_vouchers.voucher(tx, self.shop.id, code=new_code(6))

        return await self._get("voucher", make)

    async def appeal(self) -> orders.Appeal:
        """Let a buyer ask not to have to pay first, which the shop asks of new buyers just then."""

        async def make() -> orders.Appeal:
            draft = orders.AppealDraft("Saya selalu bayar.")
            async with self.db.begin() as tx:
                await shops.set_hold_rules(tx, self.shop.id, shops.HoldRulesDraft(pay_first="new"))
                asked = await orders.ask_appeal(tx, [f"cart:{new_id()}"], self.shop.id, draft, "id")
                await shops.set_hold_rules(tx, self.shop.id, shops.HoldRulesDraft())
            return asked

        return await self._get("appeal", make)

    async def archived(self) -> ProductView:
        """Add a product that is offered no more."""

        async def make() -> ProductView:
            made = await self._product(new_code(6))  # nobody else may have taken it meanwhile
            async with self.db.begin() as tx:
                return await catalog.archive_product(tx, self.shop.id, made.id)

        return await self._get("archived", make)

    async def photo(self) -> tuple[ProductView, UUID]:
        """Add a product with a photo."""

        async def make() -> tuple[ProductView, UUID]:
            made = await self._product()
            files = self.system.wirings["commerce"].given["files"]
            picture = await store_picture(files, PICTURE, "photos")
            async with self.db.begin() as tx:
                return made, (await catalog.add_photo(tx, self.shop.id, made.id, picture)).id

        return await self._get("photo", make)

    async def file(self) -> UUID:
        """Send a spreadsheet, to be decided about."""

        async def make() -> UUID:
            content = f"code,title,price,weight_grams\n{new_code(5)},Rok,89000,200\n".encode()
            kept = await catalog.keep_spreadsheet(await catalog.read_spreadsheet(content, LIMITS))
            async with self.db.begin() as tx:
                file = await inventory.open_import(
                    tx, self.shop.id, kept, filename="rok.csv", actor_id=self.people["owner"]
                )
            return file.id

        return await self._get("file", make)

    async def invitation(self) -> tuple[UUID, str]:
        """Invite somebody; return the invitation and its secret."""

        async def make() -> tuple[UUID, str]:
            async with self.db.begin() as tx:
                email = f"{new_code()}@example.com".lower()
                made, secret = await shops.invite_staff(tx, self.shop.id, email, Role.PACKER)
            return made.id, secret

        return await self._get("invitation", make)

    async def clerk(self) -> UUID:
        """Take somebody on as a packer."""

        async def make() -> UUID:
            async with self.db.begin() as tx:
                who = await accounts.ensure_external_account(tx, f"clerk-{new_id()}", "Rini")
                _, secret = await shops.invite_staff(tx, self.shop.id, f"{who}@staff.example", Role.PACKER)
            async with self.db.begin() as tx:  # a transaction of its own, as it is always
                await shops.accept_invitation(tx, secret, who)
            return who

        return await self._get("clerk", make)

    async def order(self, state: str = "paid") -> Order:
        """Have something ordered: unpaid, by QRIS, paid, packed, shipped, or refunded by hand."""

        async def make() -> Order:
            buyer = f"cart:{new_id()}"
            await self.market.hold(buyer)
            method = "qris_static" if state == "qris" else "bank_transfer"
            made = await self.market.place(buyer, method, contact=self._contact())
            if state in {"unpaid", "qris"}:
                return made
            await self.market.pay(made)
            async with self.db.begin() as tx:
                if state in {"packed", "shipped"}:
                    await orders.pack_orders(tx, self.shop.id, [made.id])
                if state == "shipped":
                    await orders.ship_order(tx, self.shop.id, made.id, carrier="JNE", tracking_number="1")
                if state == "refunded":
                    await orders.cancel_by_seller(tx, self.shop.id, made.id, "Habis")
            return await self.market.reload(made)

        return await self._get(("order", state), make)

    async def order_of(self, account_id: UUID) -> Order:
        """Have an account order something, and not pay yet."""
        await self.hold_of(account_id)
        buyer = orders.holder_of_account(account_id)
        return await self.market.place(buyer, account_id=account_id, contact=self._contact())

    async def hold_of(self, account_id: UUID) -> UUID:
        """Hold two units for an account."""
        return await self.market.hold(orders.holder_of_account(account_id), 2)

    async def turn_of(self, account_id: UUID) -> UUID:
        """Hold one unit for an account because it is its turn in line, with somebody behind it."""
        async with self.db.begin() as tx:
            product = await make_inventory.stocked_product(tx, 0, shop_id=self.shop.id)
        variant_id = product.variants[0].id
        buyer = orders.holder_of_account(account_id)
        for holder in (buyer, f"cart:{new_id()}"):
            await self.market.desk.hold_or_wait(make_inventory.hold_request(variant_id, holder=holder))
        async with self.db.begin() as tx:
            await inventory.receive(tx, variant_id, 1)
            (hold,) = await inventory.list_holds(tx, buyer)
        return hold.id

    async def payment(self, state: str = "unpaid") -> payments.Payment:
        """Have a transfer announced that the seller has not seen yet, or a QR shown."""
        order = await self.order(state)
        async with self.db.begin() as tx:
            found = await payments.find_payment_of_order(tx, order.id)
        assert found is not None
        return found

    async def earn(self) -> None:
        """Have money come in at the gateway."""
        async with self.db.begin() as tx:
            money = Money(1_000)
            lines = (debit(LedgerAccount.GATEWAY_CLEARING, money), credit(LedgerAccount.SALES, money))
            await post(tx, Entry(new_code(), self.shop.id, None, "test", lines, "tests"))

    async def refund(self) -> UUID:
        """Promise money back that the seller has still to send."""
        order = await self.order("refunded")
        async with self.db.begin() as tx:
            waiting = await payments.list_refunds_to_send(tx, self.shop.id)
        return next(refund.id for payment, refund in waiting if payment.order_id == order.id)

    async def payout(self) -> UUID:
        """Book a payout of the gateway."""

        async def make() -> UUID:
            await self.earn()
            async with self.db.begin() as tx:
                made = await payments.record_payout(tx, self.shop.id, Money(1_000), Money(0), key=new_code())
            return made.id

        return await self._get("payout", make)

    async def show(self, state: str = "live") -> Show:
        """Plan a show with two products in its tray, or hold it."""

        async def make() -> Show:
            rooms = self.system.wirings["social"].given["rooms"]
            plan = ShowPlan("Baju anak", self.db.clock.now() + timedelta(hours=1))
            owner, shop_id = self.hosts["owner"], UUID(str(self.shop.id))
            show: Show = await rooms.shows.plan_show(
                owner, shop_id, plan, (self.market.variants[0].product_id,)
            )
            if state == "live":
                show = await rooms.shows.go_live(owner, show.code)
            return show

        return await self._get(("show", state), make)

    async def pinned(self) -> str:
        """Show an offer in a live show; return the show's code."""

        async def make() -> str:
            show = await self.show()
            rooms = self.system.wirings["social"].given["rooms"]
            command = PinOffer(product_id=self.market.variants[0].product_id)
            await rooms.perform_as_host(self.hosts["owner"], show.code, command)
            return show.code

        return await self._get("pinned", make)

    async def line(self) -> tuple[Show, ChatLine]:
        """Have a viewer say a line in a live show."""

        async def make() -> tuple[Show, ChatLine]:
            show = await self.show()
            rooms = self.system.wirings["social"].given["rooms"]
            room = await rooms.open_room(show.code)
            await rooms.perform(room, Participant(new_code(), "Dewi"), Say(text=f"halo {new_code()}"))
            return show, room.state.chat[-1]

        return await self._get("line", make)

    async def stream_key(self, show: Show) -> str:
        """Return the key of a show's stream."""
        social = self.system.wirings["social"].given
        async with self.system.databases["social"].begin() as tx:
            return str(await social["stream_keys"].get_key(tx, show.id))

    def _contact(self) -> Any:
        return make_orders.contact(email=f"{new_code()}@example.com".lower())

    async def _product(self, code: str = "") -> ProductView:
        async with self.db.begin() as tx:
            made = await make_catalog.product(tx, self.shop.id, code=code, sizes=("2-3 th",))
            await inventory.receive(tx, made.variants[0].id, 5)
        return made

    async def _get(self, kind: object, make: Callable[[], Awaitable[Made]]) -> Made:
        if not self.keeps:
            return await make()
        if kind not in self._kept:
            self._kept[kind] = await make()
        return cast("Made", self._kept[kind])


@dataclass
class Neighbours:
    """Both stalls, and how each person is let in."""

    system: System
    ours: Stall
    theirs: Stall
    accounts: dict[Plane, dict[str, AccountId]]
    csrf: str
    show_code: str = ""
    """Of a live show of ours, for whoever only looks."""
    sessions: dict[tuple[Plane, str], str] = field(default_factory=dict)
    tokens: dict[tuple[Plane, str], str] = field(default_factory=dict)
    sent: Iterator[int] = field(default_factory=count)

    def keeping(self, *, ours: bool) -> "Neighbours":
        """Return the same, where the other shop keeps what it makes, and ours where nothing is used up."""
        return replace(self, ours=replace(self.ours, keeps=ours), theirs=replace(self.theirs, keeps=True))

    def stall_of(self, person: str) -> Stall:
        """Return where somebody works; a stranger buys at ours."""
        return self.theirs if person.startswith("rival") else self.ours

    async def newcomer(self, plane: Plane) -> str:
        """Open a new account and return its session: one that a call may end."""
        async with self.system.databases[plane].begin() as tx:
            who = await accounts.ensure_external_account(tx, f"new-{new_id()}", "Rini")
            return (await accounts.open_session(tx, who)).token

    async def new_program(self) -> tuple[AccountId, str]:
        """Open a new account, with a token."""
        async with self.system.databases["commerce"].begin() as tx:
            who = await accounts.ensure_external_account(tx, f"new-{new_id()}", "Rini")
            return who, (await accounts.issue_token(tx, who, "Test")).secret

    async def letter_to(self, email: str) -> str:
        """Wait until the program has sent a letter to this address, and return its text."""
        mailer = self.system.wirings["commerce"].given["mailer"]
        found = await until(lambda: [one.text for one in mailer.emails if one.to == email])
        return str(found[0])

    async def send(
        self,
        method: str,
        path: str,
        person: str,
        *,
        plane: Plane = "commerce",
        alone: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Seen:
        """Send a request as somebody, as a page or a program does, from a network of its own.

        `alone` is a session or a token to come with instead of the person's.
        """
        given = {
            "x-csrftoken": self.csrf,
            "cookie": f"csrftoken={self.csrf}",
            "origin": "http://shop.example",
        }
        if path.startswith("/api/"):
            if secret := alone or self.tokens.get((plane, person), ""):
                given["authorization"] = f"Bearer {secret}"
        elif session := alone or self.sessions.get((plane, person), ""):
            given["cookie"] += f"; etalase_session_{plane}={session}"
        for name, value in (headers or {}).items():
            given[name] = f"{given['cookie']}; {value}" if name == "cookie" else value
        if body:
            given["content-length"] = str(len(body))
        [endpoint] = self.system.endpoints
        number = next(self.sent)
        network = f"100.{64 + number // 250}.{number % 250}.7"
        return await probe(endpoint.app, method, path, headers=given, body=body, address=network)


async def neighbours(system: System, csrf: str) -> Neighbours:
    """Open both shops, sign everybody in, and bring the hosts into the studio."""
    db = system.databases["commerce"]
    people: dict[str, AccountId] = {
        person: await make_accounts.sign_up(db, f"{person}@example.com", person.title())
        for person in ("stranger", *(one for pair in ELSEWHERE.items() for one in pair))
    }
    ours = await _stall(system, "Kancil Kids", people, "owner")
    theirs = await _stall(system, "Toko Saingan", people, "rival")
    found = Neighbours(system, ours, theirs, {"commerce": people, "social": {}}, csrf)
    for person in people:
        await _sign_in(found, person)
        if person in {"owner", "host", "rival", "rival_host"}:
            await _enter_studio(found, person)
        else:
            await _visit(found, person)
    for stall in (ours, theirs):
        for role in ROLES.values():
            known = role if stall is ours else ELSEWHERE[role]
            stall.hosts[role] = found.accounts["social"][known]
    return replace(found, show_code=(await ours.show()).code)


async def _stall(system: System, name: str, people: dict[str, AccountId], owner: Person) -> Stall:
    db = system.databases["commerce"]
    staff = {role: people[role if owner == "owner" else ELSEWHERE[role]] for role in ROLES.values()}
    async with db.begin() as tx:
        shop = await make_orders.open_shop(tx, name, owner_id=staff["owner"])
        product = await make_catalog.product(tx, shop.id)
        for variant in product.variants:
            await inventory.receive(tx, variant.id, 5_000)
        for role in (Role.HOST, Role.PACKER):
            _, secret = await shops.invite_staff(tx, shop.id, f"{role}-{owner}@staff.example", role)
            await shops.accept_invitation(tx, secret, staff[ROLES[role]])
    desk = system.wirings["commerce"].given["hold_queue"]
    market = Market(db, desk, shop, product.variants, Relay(db, [*orders.REACTIONS]))
    return Stall(system, market, owner, staff, {})


async def _sign_in(found: Neighbours, person: str) -> None:
    fields = {"email": f"{person}@example.com", "password": make_accounts.PASSWORD}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    seen = await found.send("POST", "/sign-in", "anonymous", headers=kind, body=form(fields))
    found.sessions["commerce", person] = _cookie(seen, "etalase_session_commerce")
    async with found.system.databases["commerce"].begin() as tx:
        made = await accounts.issue_token(tx, found.accounts["commerce"][person], "Test")
    found.tokens["commerce", person] = made.secret


async def _enter_studio(found: Neighbours, person: str) -> None:
    """Go to the studio by its door, with a pass, as a browser does and as a program does."""
    begun = await found.send("GET", "/studio/sign-in", person, plane="social")
    door = {"cookie": f"etalase_studio_door={_cookie(begun, 'etalase_studio_door')}"}
    passed = await found.send("GET", _path(begun), person)
    entered = await found.send("GET", _path(passed), "anonymous", plane="social", headers=door)
    session = _cookie(entered, "etalase_session_social")
    found.sessions["social", person] = session
    async with found.system.databases["social"].begin() as tx:
        signed_in = await accounts.find_by_session(tx, session)
        assert signed_in is not None
        found.accounts["social"][person] = signed_in.account_id
        made = await accounts.issue_token(tx, signed_in.account_id, "Test")
    found.tokens["social", person] = made.secret


async def _visit(found: Neighbours, person: str) -> None:
    """Give somebody an account of the social plane for whom no shop vouches."""
    async with found.system.databases["social"].begin() as tx:
        who = await accounts.ensure_external_account(tx, f"ref-{person}", person.title())
        found.accounts["social"][person] = who
        found.sessions["social", person] = (await accounts.open_session(tx, who)).token
        found.tokens["social", person] = (await accounts.issue_token(tx, who, "Test")).secret


def _cookie(seen: Seen, name: str) -> str:
    found = re.search(rf"{name}=([^;]+)", "\n".join(seen.cookies))
    assert found, (seen, name)
    return found[1].strip('"')


def _path(seen: Seen) -> str:
    return path_of(seen.headers["location"])
