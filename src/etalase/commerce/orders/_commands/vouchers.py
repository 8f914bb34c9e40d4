"""What vouchers take off a batch of checkouts."""

from collections.abc import Sequence

from etalase.commerce import vouchers
from etalase.commerce.orders import _model as model
from etalase.commerce.orders._commands.draft import Draft, decide
from etalase.commerce.orders._errors import TotalChanged
from etalase.commerce.orders._queries import Priced
from etalase.platform.db import Tx


def require_codes(priced: Sequence[Priced]) -> None:
    """Refuse a code that takes nothing off, with the total without it. Raises VoucherRefused."""
    refusal = next((part.chosen.refusal for part in priced if part.chosen.refusal), None)
    if refusal is not None:
        total = model.total_of([part.total for part in priced])
        raise type(refusal)(**refusal.facts, total_minor=total.minor)


async def take_vouchers(tx: Tx, drafts: list[Draft]) -> list[Draft]:
    """Take what was shown from the vouchers' budgets: first come, first served, also within the batch.

    Refused is a draft whose voucher ran out or was stopped since it was priced.
    """
    savings = [part.chosen.saving for draft in drafts for part in draft.priced if part.chosen.saving]
    if not savings:
        return drafts
    purchases = [purchase for draft in drafts for purchase in draft.to_price.purchases]
    book = await vouchers.open_book(tx, purchases, lock={saving.voucher.id for saving in savings})

    def take(draft: Draft) -> None:
        now, wanted = tx.clock.now(), draft.to_price
        asked = [wanted.purchase(part.cart) for part in draft.priced]
        again = [book.choose(purchase, now) for purchase in asked]
        if not all(part.chosen.is_as(one) for part, one in zip(draft.priced, again, strict=True)):
            priced = [part.with_voucher(one) for part, one in zip(draft.priced, again, strict=True)]
            require_codes(priced)
            raise TotalChanged(total_minor=model.total_of([part.total for part in priced]).minor)
        taken = zip(asked, again, draft.orders, strict=True)
        uses = [book.take(purchase, chosen, order.id) for purchase, chosen, order in taken]
        draft.uses = [use for use in uses if use is not None]

    return decide(drafts, take)
