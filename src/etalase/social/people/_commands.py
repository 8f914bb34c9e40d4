"""How a person becomes a host here."""

from uuid import UUID

from etalase.platform.db import Tx
from etalase.social.people import _store as store
from etalase.social.people._model import HostGrant, Person


async def admit_host(
    tx: Tx,
    account_id: UUID,
    *,
    reference: str,
    display_name: str,
    shop_id: UUID,
    shop_slug: str,
    shop_name: str,
    role: str,
) -> Person:
    """Record that a shop vouches for this person. The caller has checked the shop's pass."""
    now = tx.clock.now()
    await store.save_person(tx, Person(account_id, reference, display_name, now))
    await store.save_grant(tx, account_id, HostGrant(shop_id, shop_slug, shop_name, role, now))
    person = await store.find_person(tx, account_id)
    assert person is not None  # noqa: S101  just saved
    return person
