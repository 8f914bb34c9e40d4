"""Which voucher an order uses, and what each of its lines costs less by it. No I/O.

One voucher for an order: that of the code which the buyer gave, else, of those that apply by themselves, the
one that takes most off, the earliest of equals. A code that takes nothing off says why, and another voucher
does not take its place: nobody pays a total that they were not shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from etalase.commerce.vouchers._errors import (
    VoucherAlreadyUsed,
    VoucherCodeUnknown,
    VoucherMinimumNotReached,
    VoucherNotForThese,
    VoucherNotYet,
    VoucherOver,
    VoucherRefused,
    VoucherUsedUp,
)
from etalase.commerce.vouchers._model.voucher import CODE, LEFT_TO_PAY, NOTHING, Voucher
from etalase.kernel.discounts import Discount, DiscountKind, Payer, apply_discounts, split
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a buyer is about to order at a shop: each line's amount, and the show in which it was held.

    `holders` are all names of the buyer; `phone` stands for a guest, whom nothing else tells from the next.
    """

    shop_id: UUID
    holders: tuple[str, ...]
    phone: str
    typed_code: str
    lines: tuple[tuple[str | None, Money], ...]

    @property
    def code(self) -> str:
        """Return the code as vouchers have it; nothing where no voucher can have it."""
        code = self.typed_code.strip().upper()
        return code if re.fullmatch(CODE, code) else ""

    def goods_of(self, voucher: Voucher) -> tuple[Money, ...]:
        """Return what of each line the voucher is for."""
        is_for_all = voucher.show_code is None
        return tuple(
            amount if is_for_all or show_code == voucher.show_code else Money(0)
            for show_code, amount in self.lines
        )


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """One use of a voucher by an order that stands."""

    voucher_id: UUID
    order_id: UUID
    holder: str
    phone: str
    amount: Money

    def is_of(self, purchase: Purchase) -> bool:
        """Tell whether the same buyer used it; a guest is also known by the phone number."""
        return self.holder in purchase.holders or bool(self.phone and self.phone == purchase.phone)


@dataclass(frozen=True, slots=True)
class Saving:
    """What a voucher takes off an order: `parts` of each line, some of them maybe nothing."""

    voucher: Voucher
    parts: tuple[Money, ...]

    @property
    def total(self) -> Money:
        """All that it takes off."""
        return sum(self.parts, Money(0))

    def discount_of(self, place: int) -> tuple[Discount, ...]:
        """Return what the line at this place costs less; nothing where it is not for that line."""
        part = self.parts[place]
        found = Discount(DiscountKind.VOUCHER, Payer.SHOP, part, self.voucher.id)
        return (found,) if part else ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What became of a purchase's vouchers: what is saved, and why the code that was given saves nothing."""

    saving: Saving | None = None
    refusal: VoucherRefused | None = None

    @property
    def total(self) -> Money:
        """All that is taken off."""
        return self.saving.total if self.saving else NOTHING

    def is_as(self, other: "Chosen") -> bool:
        """Tell whether the same voucher takes the same off each line."""
        one, two = self.saving, other.saving
        return (one and (one.voucher.id, one.parts)) == (two and (two.voucher.id, two.parts))


class VoucherBook:
    """Vouchers with what is left of each, and who has used them. It is read once for many purchases."""

    def __init__(self, vouchers: Iterable[Voucher] = (), uses: Iterable[VoucherUse] = ()) -> None:
        self._vouchers = {voucher.id: voucher for voucher in vouchers}
        self._uses = list(uses)

    @property
    def limited_ids(self) -> list[UUID]:
        """The vouchers that a buyer may use only so often."""
        return [voucher.id for voucher in self._vouchers.values() if voucher.per_buyer is not None]

    def with_uses(self, uses: Iterable[VoucherUse]) -> "VoucherBook":
        """Return the same vouchers with these uses."""
        return VoucherBook(self._vouchers.values(), uses)

    def choose(self, purchase: Purchase, now: datetime) -> Chosen:
        """Return what a voucher takes off the purchase now."""
        theirs = [one for one in self._vouchers.values() if one.shop_id == purchase.shop_id]
        if purchase.typed_code.strip():
            return self._by_code(theirs, purchase, now)
        best = Chosen()
        for voucher in sorted(theirs, key=lambda one: one.id):
            if voucher.code is None:
                chosen = self._try(voucher, purchase, now)
                best = chosen if chosen.total > best.total else best
        return best

    def take(self, purchase: Purchase, chosen: Chosen, order_id: UUID) -> VoucherUse | None:
        """Count a use; what comes after finds so much less left."""
        if chosen.saving is None:
            return None
        voucher = self._vouchers[chosen.saving.voucher.id]
        use = VoucherUse(voucher.id, order_id, purchase.holders[0], purchase.phone, chosen.total)
        self._uses.append(use)
        self._vouchers[voucher.id] = replace(
            voucher, uses=voucher.uses + 1, spent=voucher.spent + chosen.total
        )
        return use

    def _by_code(self, theirs: Sequence[Voucher], purchase: Purchase, now: datetime) -> Chosen:
        found = [one for one in theirs if one.code == purchase.code and purchase.code]
        if not found:
            return Chosen(refusal=VoucherCodeUnknown())
        return self._try(max(found, key=lambda one: one.id), purchase, now)

    def _try(self, voucher: Voucher, purchase: Purchase, now: datetime) -> Chosen:
        """Return what the voucher takes off, or why nothing."""
        amounts = purchase.goods_of(voucher)
        goods = sum(amounts, Money(0))
        try:
            self._require(voucher, purchase, goods, now)
        except VoucherRefused as refusal:
            return Chosen(refusal=refusal)
        offered = Discount(DiscountKind.VOUCHER, Payer.SHOP, voucher.off(goods), voucher.id)
        off = sum((one.amount for one in apply_discounts(goods, [offered])), Money(0))
        return Chosen(Saving(voucher, split(off, amounts)))

    def _require(self, voucher: Voucher, purchase: Purchase, goods: Money, now: datetime) -> None:
        """Refuse what the voucher is not for, or no longer. Raises VoucherRefused."""
        used = sum(use.voucher_id == voucher.id and use.is_of(purchase) for use in self._uses)
        off = voucher.off(goods)
        if voucher.is_over(now):
            raise VoucherOver
        if now < voucher.starts_at:
            raise VoucherNotYet
        if not goods:
            raise VoucherNotForThese
        if voucher.per_buyer is not None and used >= voucher.per_buyer:
            raise VoucherAlreadyUsed
        if goods < voucher.min_spend or not off:
            raise VoucherMinimumNotReached(price=max((voucher.min_spend - goods).minor, LEFT_TO_PAY))
        if not voucher.has_left(off):
            raise VoucherUsedUp
