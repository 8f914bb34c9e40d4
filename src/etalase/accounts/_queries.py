"""Who somebody is, and what they have open."""

from uuid import UUID

from etalase.accounts import _store as store
from etalase.accounts._model import AccountId, SignedIn, TokenId, TokenView, digest
from etalase.platform.db import Tx

MAX_SECRET_LENGTH = 200


async def find_by_session(tx: Tx, session_token: str) -> SignedIn | None:
    """Find whose living session this is; that it was used is noted, at most once a minute."""
    if len(session_token) > MAX_SECRET_LENGTH:
        return None
    return await store.find_by_session(tx, digest(session_token))


async def find_by_token(tx: Tx, secret: str) -> SignedIn | None:
    """Find whose API token this is; that it was used is noted, at most once a minute."""
    if len(secret) > MAX_SECRET_LENGTH:
        return None
    return await store.find_by_token(tx, digest(secret))


async def is_reset_open(tx: Tx, secret: str) -> bool:
    """Tell whether a link to choose a new password is still good."""
    return await store.find_reset(tx, digest(secret)) is not None


async def list_tokens(
    tx: Tx, account_id: AccountId, *, after: UUID | None = None, limit: int = 50
) -> list[TokenView]:
    """List the account's API tokens, newest first, from after the given one."""
    return await store.list_tokens(tx, account_id, after=TokenId(after) if after else None, limit=limit)
