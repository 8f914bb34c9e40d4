"""Appeals against having to pay first: asked by a buyer, answered once by the shop, and kept with who did."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from etalase.commerce import shops
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._errors import AppealUnknown
from etalase.commerce.orders._model import RECORD_WINDOW, Appeal, AppealDraft, AppealState
from etalase.commerce.orders._queries import find_pay_first
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx
from etalase.platform.i18n import DEFAULT, choose_language, speaking
from etalase.platform.i18n import gettext as _
from etalase.platform.locks import lock_name
from etalase.platform.mail import Mail, send_later

APPEALS_KEPT = 2 * RECORD_WINDOW
"""How long it can be looked up who was let pay later, and by whom."""


async def ask_appeal(
    tx: Tx, holders: Sequence[str], shop_id: UUID, draft: AppealDraft, locale: str
) -> Appeal:
    """Ask a shop not to have to pay first; its address gets a letter unless another appeal waits already.

    Raises Invalid, NothingToAppeal, AppealOpen, AppealTooSoon.
    """
    await lock_name(tx, f"orders.appeals/{shop_id}/{holders[0]}")
    terms = (await find_pay_first(tx, holders, [shop_id])).get(shop_id)
    earlier = await store.list_appeals_of_buyer(tx, shop_id, holders)
    model.require_appealable(terms, earlier, tx.clock.now())
    assert terms is not None  # noqa: S101 - `require_appealable` has refused that
    checked = model.check_appeal(draft)
    appeal = Appeal(
        new_id(),
        shop_id,
        holders[0],
        checked.email,
        locale,
        checked.words,
        terms.reason,
        tx.clock.now(),
    )
    waiting = [one for one in await store.list_appeals(tx, shop_id, 1) if one.state is AppealState.OPEN]
    await store.add_appeal(tx, appeal)
    if not waiting:
        shop = await shops.get_shop(tx, shops.ShopId(shop_id))
        with speaking(DEFAULT):
            text = _(
                "A buyer asks not to have to pay first at your shop. You find it at your desk, under "
                "Settings, Hold rules."
            )
            await send_later(tx, Mail(shop.contact_email, _("A buyer asks to pay later"), f"{text}\n"))
    return appeal


async def answer_appeal(
    tx: Tx, shop_id: UUID, appeal_id: UUID, answer: str, *, is_granted: bool, actor_id: UUID
) -> Appeal:
    """Answer an appeal; the same answer again changes nothing. Raises Invalid, AppealUnknown."""
    appeal = await store.lock_appeal(tx, shop_id, appeal_id)
    if appeal is None:
        raise AppealUnknown
    fields = Fields()
    words = fields.text("answer", answer, max_length=model.MAX_WORDS)
    fields.settle()
    if appeal.state is not AppealState.OPEN:
        return appeal
    answered = replace(
        appeal,
        state=AppealState.GRANTED if is_granted else AppealState.REFUSED,
        answer=words,
        answered_at=tx.clock.now(),
        answered_by=actor_id,
    )
    await store.save_answer(tx, answered)
    if answered.email:
        await send_later(tx, await _answer_email(tx, answered))
    return answered


async def forget_appeals(tx: Tx) -> None:
    """Forget appeals of long ago."""
    await store.forget_appeals(tx, tx.clock.now() - APPEALS_KEPT)


async def _answer_email(tx: Tx, appeal: Appeal) -> Mail:
    shop = await shops.get_shop(tx, shops.ShopId(appeal.shop_id))
    with speaking(choose_language(appeal.locale)):
        if appeal.state is AppealState.GRANTED:
            said = _("%(shop)s has agreed: you need not pay first there any more.", shop=shop.name)
        else:
            said = _("%(shop)s has not agreed: you pay first there for now.", shop=shop.name)
        subject = _("%(shop)s has answered you", shop=shop.name)
    return Mail(appeal.email, subject, "\n\n".join(filter(None, (said, appeal.answer))) + "\n")
