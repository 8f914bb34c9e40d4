"""What the desk reads about orders: which ones an address asks for, a form of a step; and the list as CSV."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from etalase.commerce import orders
from etalase.commerce.orders import Filter, Order, OrderLine, OrderState, PartRefund, Today
from etalase.commerce.shops import ShopView
from etalase.kernel.fields import Fields
from etalase.kernel.spreadsheets import BYTE_ORDER_MARK, csv_line
from etalase.platform.db import Database
from etalase.platform.i18n import Lazy, lazy
from etalase.web._confirming import Unconfirmed
from etalase.web._forms import text_of

PAGE_SIZE = 40
MAX_WORDS_LENGTH = 80
MAX_AT_ONCE = 200
"""How many orders one tap packs at most: more than a page shows."""

Tab = tuple[Lazy, tuple[OrderState, ...], str]
TABS: Mapping[str, Tab] = {
    "": (lazy("All"), (), ""),
    "awaiting_payment": (lazy("To pay"), (OrderState.AWAITING_PAYMENT,), "to_pay"),
    "to_pack": (lazy("To pack"), (OrderState.PAID, OrderState.CONFIRMED), "to_pack"),
    "packed": (lazy("To ship"), (OrderState.PACKED,), "to_ship"),
    "shipped": (lazy("On the way"), (OrderState.SHIPPED,), ""),
    "delivered": (lazy("Arrived"), (OrderState.DELIVERED, OrderState.COMPLETED), ""),
    "refund_due": (lazy("To refund"), (), "to_refund"),
    "ended": (lazy("Cancelled"), (OrderState.CANCELLED, OrderState.REFUNDED), ""),
}
COLUMNS = (
    "order", "placed_at", "state", "method", "buyer", "email", "phone", "street", "district", "city",
    "province", "postcode", "note", "code", "title", "variant", "sku", "quantity", "unit_price", "discount",
    "discount_paid_by", "shipping", "shipping_discount", "total", "carrier", "tracking_number", "show",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders an address asks for."""

    tab: str
    words: str
    show: str
    filter: Filter

    @property
    def query(self) -> str:
        """The same request as a query."""
        return urlencode({key: value for key, value in self.pairs.items() if value})

    @property
    def pairs(self) -> dict[str, str]:
        """The parts of the request by their names in the address."""
        return {"state": self.tab, "q": self.words, "show": self.show}


def read_filter(query: Mapping[str, str]) -> tuple[Wanted, UUID | None]:
    """Read the request and where the page begins; what cannot be read is left out."""
    tab = query.get("state", "")
    tab = tab if tab in TABS else ""
    words, show = query.get("q", "")[:MAX_WORDS_LENGTH].strip(), query.get("show", "")[:MAX_WORDS_LENGTH]
    states = tuple(state.value for state in TABS[tab][1])
    refunds = ("due", "part") if tab == "refund_due" else ()
    found = read_ids([query.get("after", "")])
    wanted = Filter(states=states, words=words, show_code=show or None, refunds=refunds)
    return Wanted(tab, words, show, wanted), found[0] if found else None


def search_address(wanted: Wanted, cursor: UUID | None = None, **changes: str) -> str:
    """Return the address of a list, relative to the list."""
    pairs = wanted.pairs | changes | ({"after": str(cursor)} if cursor else {})
    return "?" + urlencode({key: value for key, value in pairs.items() if value})


def filter_chips(wanted: Wanted, today: Today) -> list[tuple[Lazy, str, bool, int | None]]:
    """Return the tabs: words, address, whether it is this one, and how many wait there."""
    return [
        (
            words,
            search_address(wanted, state=key),
            key == wanted.tab,
            getattr(today, counter) if counter else None,
        )
        for key, (words, _, counter) in TABS.items()
    ]


def read_ids(texts: Iterable[object]) -> list[UUID]:
    """Return the ids among the texts, at most so many as a tap may pack."""
    ids = []
    for text in list(texts)[:MAX_AT_ONCE]:
        try:
            ids.append(UUID(str(text)))
        except ValueError:
            continue
    return ids


def read_part(order: Order, form: Mapping[str, object]) -> tuple[PartRefund, Fields]:
    """Read which units of an order, and what amount besides, go back; refuse them all at once."""
    fields = Fields()
    units = {}
    for place, line in enumerate(order.lines):
        name = f"units-{place}"
        units[place] = fields.count(name, text_of(form, name), minimum=0, maximum=line.kept, empty=0)
    besides = fields.money("amount", text_of(form, "amount"), minimum=0, maximum=order.rest.minor, empty=0)
    if not fields.problems and not besides and not any(units.values()):
        fields.refuse("amount", "too_low", 1)
    fields.line("reason", text_of(form, "reason"), max_length=orders.MAX_REASON_LENGTH)
    return PartRefund(units, besides), fields


async def csv_lines(db: Database, shop: ShopView, wanted: Filter) -> AsyncIterator[str]:
    """Yield the file: a head, then a line for each article of each order, newest first."""
    yield BYTE_ORDER_MARK + csv_line(COLUMNS)
    async for order in orders.stream_orders(db, shop.id, wanted):
        for place, line in enumerate(order.lines):
            yield csv_line(cells_of(order, line, shop.zone, first=place == 0))


def cells_of(order: Order, line: OrderLine, zone: ZoneInfo, *, first: bool) -> list[object]:
    """Return the cells of an article; shipping and total stand with the first only, so that sums add up."""
    address = order.address
    return [
        order.number,
        order.placed_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        order.state,
        order.method,
        address.recipient,
        order.email,
        address.phone,
        address.street,
        address.district,
        address.city,
        address.province,
        address.postcode,
        order.note,
        line.code,
        line.title,
        line.label,
        line.sku,
        line.quantity,
        line.unit_price.minor,
        (line.list_amount - line.amount).minor,
        " ".join(dict.fromkeys(discount.payer for discount in line.discounts)),
        order.shipping.minor if first else "",
        order.shipping_saving.minor if first else "",
        order.total.minor if first else "",
        order.carrier,
        order.tracking_number,
        order.show_code or "",
    ]


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A step's form that comes back: what is wrong by field, or asked once more, and what was typed."""

    step: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    question: Unconfirmed | None = None

    def of(self, step: str) -> "RefusedForm":
        """Return what was refused of this step; of every other step, nothing."""
        return self if step == self.step else NOT_REFUSED


NOT_REFUSED = RefusedForm()
