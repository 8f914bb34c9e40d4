"""The only SQL about sessions and API tokens, and what is over of all that lets in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from etalase.accounts._model import (
    SESSION_ABSOLUTE,
    SESSION_IDLE,
    TOKEN_IDLE,
    TOUCH_EVERY,
    AccessOrigin,
    AccountId,
    Ending,
    SessionId,
    SessionView,
    SignedIn,
    TokenId,
    TokenView,
)
from etalase.accounts._store.tables import accounts, api_tokens, email_codes, password_resets, sessions
from etalase.platform.db import Tx

_ALIVE = (sessions.c.created_at > bindparam("created_after")) & (
    sessions.c.last_used_at > bindparam("used_after")
)


def _find_holder(table: Table, condition: ColumnElement[bool]) -> Select[Any]:
    """Select whose session or API token it is, by its hash."""
    return (
        select(
            table.c.id, table.c.account_id, table.c.last_used_at, accounts.c.email, accounts.c.display_name
        )
        .join_from(table, accounts, accounts.c.id == table.c.account_id)
        .where(table.c.token_hash == bindparam("token_hash"), condition)
    )


_FIND_BY_SESSION = _find_holder(sessions, _ALIVE)
_FIND_BY_TOKEN = _find_holder(
    api_tokens,
    func.coalesce(api_tokens.c.last_used_at, api_tokens.c.created_at) > bindparam("used_after"),
)
_HAS_SESSION = select(sessions.c.id).where(sessions.c.id == bindparam("id"), _ALIVE)
_HAS_TOKEN = select(api_tokens.c.id).where(api_tokens.c.id == bindparam("id"))


def _bounds(now: datetime) -> dict[str, datetime]:
    """Return what `_ALIVE` compares with."""
    return {"created_after": now - SESSION_ABSOLUTE, "used_after": now - SESSION_IDLE}


async def add_session(
    tx: Tx,
    session_id: SessionId,
    account_id: AccountId,
    token_hash: bytes,
    device: str,
    origin: AccessOrigin | None,
) -> None:
    """Add a session, and drop those of this account that are over."""
    now = tx.clock.now()
    over = delete(sessions).where(sessions.c.account_id == account_id, ~_ALIVE)
    await tx.execute(over, _bounds(now))
    await tx.execute(
        insert(sessions),
        {
            "id": session_id,
            "account_id": account_id,
            "token_hash": token_hash,
            "device": device,
            "created_at": now,
            "last_used_at": now,
            "origin": origin and origin.ref,
            "vouched_at": origin and origin.vouched_at,
        },
    )


async def find_by_session(tx: Tx, token_hash: bytes) -> SignedIn | None:
    """Find whose living session this is, and note its use at most once a minute."""
    now = tx.clock.now()
    row = (await tx.execute(_FIND_BY_SESSION, {"token_hash": token_hash, **_bounds(now)})).one_or_none()
    if row is None:
        return None
    if row.last_used_at < now - TOUCH_EVERY:
        await tx.execute(update(sessions).where(sessions.c.id == row.id).values(last_used_at=now))
    return SignedIn(row.account_id, row.email, row.display_name, session_id=SessionId(row.id))


async def list_sessions(tx: Tx, account_id: AccountId) -> list[SessionView]:
    """List where the account is signed in, last used first."""
    query = select(sessions).where(sessions.c.account_id == account_id, _ALIVE)
    query = query.order_by(sessions.c.last_used_at.desc(), sessions.c.id)
    rows = await tx.execute(query, _bounds(tx.clock.now()))
    return [
        SessionView(
            id=row.id,
            device=row.device,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            ends_at=min(row.created_at + SESSION_ABSOLUTE, row.last_used_at + SESSION_IDLE),
        )
        for row in rows
    ]


async def delete_session(tx: Tx, account_id: AccountId, session_id: SessionId) -> bool:
    """End one session of this account; say whether there was one."""
    mine = delete(sessions).where(sessions.c.id == session_id, sessions.c.account_id == account_id)
    return (await tx.execute(mine)).rowcount == 1


async def delete_session_by_token(tx: Tx, token_hash: bytes) -> tuple[AccountId, UUID] | None:
    """End the session of this token, if it has one; return whose it was, and its id."""
    mine = delete(sessions).where(sessions.c.token_hash == token_hash)
    row = (await tx.execute(mine.returning(sessions.c.account_id, sessions.c.id))).one_or_none()
    return row and (AccountId(row.account_id), row.id)


async def delete_sessions(tx: Tx, account_id: AccountId, *, but: SessionId | None = None) -> list[UUID]:
    """End all sessions of this account, but for one; return those that ended."""
    query = delete(sessions).where(sessions.c.account_id == account_id)
    query = query if but is None else query.where(sessions.c.id != but)
    return list((await tx.execute(query.returning(sessions.c.id))).scalars())


async def add_token(
    tx: Tx,
    token_id: TokenId,
    account_id: AccountId,
    token_hash: bytes,
    name: str,
    origin: AccessOrigin | None,
) -> None:
    """Add an API token."""
    await tx.execute(
        insert(api_tokens),
        {
            "id": token_id,
            "account_id": account_id,
            "token_hash": token_hash,
            "name": name,
            "created_at": tx.clock.now(),
            "origin": origin and origin.ref,
            "vouched_at": origin and origin.vouched_at,
        },
    )


async def count_tokens(tx: Tx, account_id: AccountId) -> int:
    """Count the API tokens of an account."""
    query = select(func.count()).select_from(api_tokens).where(api_tokens.c.account_id == account_id)
    count: int = (await tx.execute(query)).scalar_one()
    return count


async def find_by_token(tx: Tx, token_hash: bytes) -> SignedIn | None:
    """Find whose API token this is, and note its use at most once a minute."""
    now = tx.clock.now()
    asked = {"token_hash": token_hash, "used_after": now - TOKEN_IDLE}
    row = (await tx.execute(_FIND_BY_TOKEN, asked)).one_or_none()
    if row is None:
        return None
    stale = or_(api_tokens.c.last_used_at.is_(None), api_tokens.c.last_used_at < now - TOUCH_EVERY)
    if row.last_used_at is None or row.last_used_at < now - TOUCH_EVERY:
        await tx.execute(update(api_tokens).where(api_tokens.c.id == row.id, stale).values(last_used_at=now))
    return SignedIn(row.account_id, row.email, row.display_name, token_id=TokenId(row.id))


async def list_tokens(tx: Tx, account_id: AccountId, *, after: TokenId | None, limit: int) -> list[TokenView]:
    """List API tokens, newest first, from after the given one."""
    query = select(api_tokens).where(api_tokens.c.account_id == account_id)
    if after is not None:
        query = query.where(api_tokens.c.id < after)
    rows = await tx.execute(query.order_by(api_tokens.c.id.desc()).limit(limit))
    return [TokenView(row.id, row.name, row.created_at, row.last_used_at) for row in rows]


async def delete_token(tx: Tx, account_id: AccountId, token_id: TokenId) -> bool:
    """Revoke one API token of this account; say whether there was one."""
    mine = delete(api_tokens).where(api_tokens.c.id == token_id, api_tokens.c.account_id == account_id)
    return (await tx.execute(mine)).rowcount == 1


async def delete_tokens(tx: Tx, account_id: AccountId) -> list[UUID]:
    """Revoke all API tokens of this account; return them."""
    mine = delete(api_tokens).where(api_tokens.c.account_id == account_id)
    return list((await tx.execute(mine.returning(api_tokens.c.id))).scalars())


async def delete_vouched(tx: Tx, account_id: AccountId, ending: Ending) -> list[UUID]:
    """Delete the sessions and API tokens that the other plane vouches for no more; return which."""
    ended: list[UUID] = []
    for table in (sessions, api_tokens):
        gone: ColumnElement[bool] = table.c.origin.in_(ending.origins)
        if ending.everything:
            before = or_(table.c.vouched_at.is_(None), table.c.vouched_at <= ending.ended_at)
            gone = or_(gone, before & _not_kept(table, ending.kept))
        mine = delete(table).where(table.c.account_id == account_id, gone)
        ended += (await tx.execute(mine.returning(table.c.id))).scalars()
    return ended


def _not_kept(table: Table, kept: str) -> Any:
    """Select all, or where an origin is kept, what came otherwise; tokens that no pass brought stay too."""
    if not kept:
        return true()
    return table.c.origin.is_distinct_from(kept) if table is sessions else table.c.origin != kept


async def is_still_in(tx: Tx, user: SignedIn) -> bool:
    """Tell whether the session or token by which somebody came in has not ended since."""
    if user.session_id is None:
        found = await tx.execute(_HAS_TOKEN, {"id": user.token_id})
    else:
        found = await tx.execute(_HAS_SESSION, {"id": user.session_id, **_bounds(tx.clock.now())})
    return found.first() is not None


async def forget_expired(tx: Tx) -> None:
    """Delete the sessions, codes and links that nobody can use any more."""
    now = tx.clock.now()
    await tx.execute(delete(email_codes).where(email_codes.c.expires_at <= now))
    await tx.execute(delete(password_resets).where(password_resets.c.expires_at <= now))
    await tx.execute(delete(sessions).where(~_ALIVE), _bounds(now))
