"""How a person becomes a host here, and stops being one."""

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


async def withdraw_host(tx: Tx, reference: str, shop_id: UUID) -> UUID | None:
    """End what this person may do for the shop; return their account, if they ever came here."""
    account_id = await store.find_by_reference(tx, reference)
    if account_id is not None:
        await store.remove_grant(tx, account_id, shop_id)
    return account_id
