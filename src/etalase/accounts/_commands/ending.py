"""How people get out. What ends is published, so that it ends in open sockets and on the other plane too."""

from collections.abc import Sequence
from uuid import UUID

from etalase.accounts import _store as store
from etalase.accounts._errors import SessionNotFound, TokenNotFound
from etalase.accounts._events import AccessEnded
from etalase.accounts._model import AccountId, Ending, SessionId, SignedIn, TokenId, digest
from etalase.platform import outbox
from etalase.platform.db import Tx


async def sign_out(tx: Tx, session_token: str) -> None:
    """End the session of this token; to end none is fine."""
    found = await store.delete_session_by_token(tx, digest(session_token))
    if found is not None:
        account_id, session_id = found
        await _publish(tx, account_id, [session_id])


async def revoke_session(tx: Tx, account_id: AccountId, session_id: UUID) -> None:
    """End one session of this account, on whatever device."""
    if not await store.delete_session(tx, account_id, SessionId(session_id)):
        raise SessionNotFound
    await _publish(tx, account_id, [session_id])


async def revoke_other_sessions(tx: Tx, me: SignedIn) -> None:
    """End all sessions of this account but the present one."""
    ended = await store.delete_sessions(tx, me.account_id, but=me.session_id)
    await _publish(tx, me.account_id, ended, everything=True, kept=me.session_id)


async def revoke_token(tx: Tx, account_id: AccountId, token_id: UUID) -> None:
    """Make one API token of this account worthless."""
    if not await store.delete_token(tx, account_id, TokenId(token_id)):
        raise TokenNotFound
    await _publish(tx, account_id, [token_id])


async def end_everything(tx: Tx, account_id: AccountId) -> None:
    """End every session and API token of the account."""
    ended = await store.delete_sessions(tx, account_id) + await store.delete_tokens(tx, account_id)
    await _publish(tx, account_id, ended, everything=True)


async def end_vouched(tx: Tx, external_ref: str, ending: Ending) -> list[UUID]:
    """End what the other plane vouches for no more; return the sessions and tokens that ended."""
    account = await store.find_account_by_reference(tx, external_ref)
    return [] if account is None else await store.delete_vouched(tx, account.id, ending)


async def _publish(
    tx: Tx,
    account_id: AccountId,
    ended: Sequence[UUID],
    *,
    everything: bool = False,
    kept: UUID | None = None,
) -> None:
    now = tx.clock.now()
    await outbox.publish(tx, AccessEnded(account_id, tuple(ended), now, everything=everything, kept=kept))
