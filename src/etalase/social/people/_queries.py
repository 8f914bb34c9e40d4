"""Who is a host, and of what."""

from uuid import UUID

from etalase.platform.db import Tx
from etalase.social.people import _store as store
from etalase.social.people._errors import NotItsHost
from etalase.social.people._model import HostGrant


async def is_host(tx: Tx, account_id: UUID, shop_id: UUID) -> bool:
    """Say whether the person may hold shows for the shop."""
    return await store.find_grant(tx, account_id, shop_id) is not None


async def require_host(tx: Tx, account_id: UUID, shop_id: UUID) -> HostGrant:
    """Return the person's grant; refuse those whom the shop has not vouched for."""
    grant = await store.find_grant(tx, account_id, shop_id)
    if grant is None:
        raise NotItsHost
    return grant
