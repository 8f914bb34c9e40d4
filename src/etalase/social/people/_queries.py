"""Who is a host, and of what."""

from uuid import UUID

from etalase.platform.db import Tx
from etalase.social.people import _store as store
from etalase.social.people._errors import NotItsHost
from etalase.social.people._model import HostGrant, Person


async def find_person(tx: Tx, account_id: UUID) -> Person | None:
    """Return the host with this account."""
    return await store.find_person(tx, account_id)


async def list_hosts(tx: Tx, shop_id: UUID) -> tuple[Person, ...]:
    """Return everybody who may hold the shop's shows."""
    return await store.list_hosts(tx, shop_id)


async def list_grants(tx: Tx, account_id: UUID) -> tuple[HostGrant, ...]:
    """Return the shops for which this person may hold shows, the newest first."""
    return await store.list_grants(tx, account_id)


async def is_host(tx: Tx, account_id: UUID, shop_id: UUID) -> bool:
    """Say whether the person may hold shows for the shop."""
    return await store.find_grant(tx, account_id, shop_id) is not None


async def require_host(tx: Tx, account_id: UUID, shop_id: UUID) -> HostGrant:
    """Return the person's grant; refuse those whom the shop has not vouched for."""
    grant = await store.find_grant(tx, account_id, shop_id)
    if grant is None:
        raise NotItsHost
    return grant
