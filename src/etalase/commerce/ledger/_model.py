"""Double entry: accounts, postings and entries that sum to zero. No I/O.

Each entry belongs to the book of one shop. A debit is positive, a credit negative, so a book balances when
all that it holds sums to zero.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.ledger._errors import MixedCurrencies, UnbalancedEntry
from etalase.kernel.money import Money


class LedgerAccount(StrEnum):
    """What a shop's book counts; the codes are stored and never change their meaning."""

    BUYER_RECEIVABLE = "buyer_receivable"
    """Asset: what buyers have promised to pay now."""
    COD_RECEIVABLE = "cod_receivable"
    """Asset: cash that couriers are to bring."""
    SHOP_CASH = "shop_cash"
    """Asset: money that reached the seller's own bank, QRIS or hand."""
    GATEWAY_CLEARING = "gateway_clearing"
    """Asset: money that a payment gateway holds for the shop."""
    GATEWAY_FEES = "gateway_fees"
    """Expense: what a payment gateway keeps for itself when it pays out."""
    SALES = "sales"
    """Income: goods."""
    SHIPPING_INCOME = "shipping_income"
    """Income: what buyers pay for the way."""
    UNIQUE_AMOUNTS = "unique_amounts"
    """Income: the few rupiah that tell one transfer from another."""
    REFUNDS_GIVEN = "refunds_given"
    """Less income: what was promised back to buyers."""
    REFUNDS_DUE = "refunds_due"
    """Liability: money that belongs to buyers and has not been sent back yet."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: a debit where the amount is positive, a credit where it is negative."""

    account: LedgerAccount
    amount: Money


def debit(account: LedgerAccount, amount: Money) -> Posting:
    """Return the line that adds the amount to the debit side of the account."""
    return Posting(account, amount)


def credit(account: LedgerAccount, amount: Money) -> Posting:
    """Return the line that adds the amount to the credit side of the account."""
    return Posting(account, -amount)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact about money, told once.

    `source` names the fact (`payment:<id>:captured`); a second entry of the same source changes nothing.
    `kind` is what a statement shows, `order_id` what the trail of an order finds; a fact about many
    orders' money together, such as a payout, has none. `owner` is the context that posted it, and that
    recounts it.
    """

    source: str
    shop_id: UUID
    order_id: UUID | None
    kind: str
    postings: tuple[Posting, ...]
    owner: str

    @property
    def currency(self) -> str:
        """Return the one currency of the entry."""
        return self.postings[0].amount.currency


def check(entry: Entry) -> Entry:
    """Return the entry without its empty lines.

    Raises UnbalancedEntry where the lines do not sum to zero or fewer than two move anything, and
    MixedCurrencies where they speak of more than one currency.
    """
    if len({posting.amount.currency for posting in entry.postings}) > 1:
        raise MixedCurrencies(source=entry.source)
    lines = tuple(posting for posting in entry.postings if posting.amount)
    difference = sum(posting.amount.minor for posting in lines)
    if difference or not lines:
        raise UnbalancedEntry(source=entry.source, difference=difference)
    return replace(entry, postings=lines)


@dataclass(frozen=True, slots=True)
class OwnedBalance:
    """What an owner's entries leave in an account of a shop for one order, or beside all orders."""

    shop_id: UUID
    order_id: UUID | None
    account: str
    minor: int

    @property
    def place(self) -> tuple[UUID, bool, UUID, str]:
        """Return where it stands among others: by shop, first what belongs to no order, then by account."""
        return (self.shop_id, self.order_id is not None, self.order_id or self.shop_id, self.account)

    @property
    def subject(self) -> str:
        """Say what it is about."""
        return f"order {self.order_id}" if self.order_id else f"shop {self.shop_id}"


@dataclass(frozen=True, slots=True)
class PostedOrder:
    """An order for which an entry of this number was posted then."""

    number: int
    order_id: UUID
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as a statement shows it; `number` rises with time and serves as cursor."""

    number: int
    posted_at: datetime
    shop_id: UUID
    order_id: UUID | None
    kind: str
    source: str
    postings: tuple[Posting, ...]
    owner: str

    def moved(self, *accounts: LedgerAccount) -> Money:
        """Return what the entry added to the given accounts together."""
        currency = self.postings[0].amount.currency
        minor = sum(posting.amount.minor for posting in self.postings if posting.account in accounts)
        return Money(minor, currency)


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Some entries, newest first, and the cursor of the next older ones."""

    entries: tuple[EntryView, ...]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """What one account holds in one currency; a debit balance is positive."""

    account: LedgerAccount
    balance: Money
