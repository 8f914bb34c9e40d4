"""What a buyer holds and what it would come to."""

from collections.abc import Sequence

from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import CartView, Choice, ContactDraft, OrderSettings, check_contact
from etalase.commerce.orders._store import Priced
from etalase.kernel.errors import Invalid
from etalase.platform.db import Tx


async def get_cart(tx: Tx, holders: Sequence[str]) -> CartView:
    """Return everything that is held for the buyer."""
    return await store.read_cart(tx, holders)


async def price_checkout(
    tx: Tx,
    cart: CartView,
    holders: Sequence[str],
    draft: ContactDraft,
    choices: Sequence[Choice],
    settings: OrderSettings,
) -> list[Priced]:
    """Return what each shop's part comes to, as far as the place is known.

    A parcel is joined only once the whole address is there: it must be the same.
    """
    try:
        address = check_contact(draft).address
    except Invalid:
        address = None
    return await store.price_carts(
        tx,
        cart,
        holders,
        place=draft.place,
        address=address,
        choices={choice.shop_id: choice for choice in choices},
        window=settings.parcel_window,
    )


async def find_remembered_contact(tx: Tx, holders: Sequence[str]) -> ContactDraft | None:
    """Return the address that the buyer asked to be kept."""
    return await store.select_remembered(tx, holders)
