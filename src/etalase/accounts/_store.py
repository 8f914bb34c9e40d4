"""The only SQL about accounts. The tables exist once per plane; the search path says whose they are.

Order of locks: email_codes, password_resets, accounts. Sessions and tokens are not locked: a row is made,
touched and deleted, each in one statement.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.accounts._model import (
    SESSION_ABSOLUTE,
    SESSION_IDLE,
    TOKEN_IDLE,
    TOUCH_EVERY,
    Account,
    AccountId,
    Credentials,
    EmailCode,
    NewAccount,
    SessionId,
    SessionView,
    SignedIn,
    TokenId,
    TokenView,
)
from etalase.platform.db import Tx

metadata = MetaData()


def _owner() -> Column[Any]:
    return Column(
        "account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True
    )


accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("email", Text, unique=True),
    Column("password_hash", Text),
    Column("external_ref", Text, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("email IS NOT NULL OR external_ref IS NOT NULL", name="accounts_are_known_somehow"),
    CheckConstraint("char_length(display_name) BETWEEN 1 AND 60", name="accounts_have_a_name"),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    _owner(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("device", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
)
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    _owner(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
)
email_codes = Table(
    "email_codes",
    metadata,
    Column("ticket_hash", LargeBinary, primary_key=True),
    Column("email", Text, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("tries_left", SmallInteger, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("display_name", Text),
    Column("password_hash", Text),
    CheckConstraint("tries_left >= 0", name="email_codes_tries_left"),
)
password_resets = Table(
    "password_resets",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _owner(),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)


async def add_account(tx: Tx, account: Account, password_hash: str | None) -> bool:
    """Add the account; say no, and add nothing, when its e-mail or reference is known already."""
    row = upsert(accounts).values(
        id=account.id,
        display_name=account.display_name,
        email=account.email,
        external_ref=account.external_ref,
        password_hash=password_hash,
        created_at=account.created_at,
    )
    return (await tx.execute(row.on_conflict_do_nothing())).rowcount == 1


async def find_account(
    tx: Tx, *, email: str | None = None, external_ref: str | None = None, account_id: AccountId | None = None
) -> Account | None:
    """Find an account by whichever of the three is given."""
    query = select(accounts)
    if account_id is not None:
        query = query.where(accounts.c.id == account_id)
    elif external_ref is not None:
        query = query.where(accounts.c.external_ref == external_ref)
    else:
        query = query.where(accounts.c.email == email)
    row = (await tx.execute(query)).one_or_none()
    return row and Account(
        id=row.id,
        display_name=row.display_name,
        email=row.email,
        external_ref=row.external_ref,
        created_at=row.created_at,
    )


async def find_credentials(tx: Tx, *, email: str) -> Credentials | None:
    """Find what a password is checked against."""
    query = select(accounts.c.id, accounts.c.password_hash).where(accounts.c.email == email)
    row = (await tx.execute(query)).one_or_none()
    return row and Credentials(row.id, row.password_hash)


async def set_password_hash(tx: Tx, account_id: AccountId, password_hash: str) -> None:
    """Replace the password."""
    await tx.execute(update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash))


async def set_display_name(tx: Tx, account_id: AccountId, display_name: str) -> None:
    """Replace the name."""
    await tx.execute(update(accounts).where(accounts.c.id == account_id).values(display_name=display_name))


async def add_session(
    tx: Tx, session_id: SessionId, account_id: AccountId, token_hash: bytes, device: str
) -> None:
    """Add a session, and drop those of this account that are over."""
    now = tx.clock.now()
    await tx.execute(delete(sessions).where(sessions.c.account_id == account_id, ~_alive(now)))
    await tx.execute(
        insert(sessions).values(
            id=session_id,
            account_id=account_id,
            token_hash=token_hash,
            device=device,
            created_at=now,
            last_used_at=now,
        )
    )


async def find_by_session(tx: Tx, token_hash: bytes) -> SignedIn | None:
    """Find whose living session this is, and note its use at most once a minute."""
    now = tx.clock.now()
    row = await _find_holder(tx, sessions, (sessions.c.token_hash == token_hash) & _alive(now))
    if row is None:
        return None
    if row.last_used_at < now - TOUCH_EVERY:
        await tx.execute(update(sessions).where(sessions.c.id == row.id).values(last_used_at=now))
    return SignedIn(row.account_id, row.email, row.display_name, session_id=SessionId(row.id))


async def list_sessions(tx: Tx, account_id: AccountId) -> list[SessionView]:
    """List the living sessions of an account, last used first."""
    query = select(sessions).where(sessions.c.account_id == account_id, _alive(tx.clock.now()))
    rows = await tx.execute(query.order_by(sessions.c.last_used_at.desc(), sessions.c.id))
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


async def delete_session_by_token(tx: Tx, token_hash: bytes) -> None:
    """End the session of this token, if it has one."""
    await tx.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


async def delete_sessions(tx: Tx, account_id: AccountId, *, but: SessionId | None = None) -> None:
    """End all sessions of this account, but for one."""
    query = delete(sessions).where(sessions.c.account_id == account_id)
    await tx.execute(query if but is None else query.where(sessions.c.id != but))


async def add_token(tx: Tx, token_id: TokenId, account_id: AccountId, token_hash: bytes, name: str) -> None:
    """Add an API token."""
    await tx.execute(
        insert(api_tokens).values(
            id=token_id,
            account_id=account_id,
            token_hash=token_hash,
            name=name,
            created_at=tx.clock.now(),
        )
    )


async def lock_account(tx: Tx, account_id: AccountId) -> None:
    """Let one change of this account happen at a time."""
    await tx.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update())


async def count_tokens(tx: Tx, account_id: AccountId) -> int:
    """Count the API tokens of an account."""
    query = select(func.count()).select_from(api_tokens).where(api_tokens.c.account_id == account_id)
    count: int = (await tx.execute(query)).scalar_one()
    return count


async def find_by_token(tx: Tx, token_hash: bytes) -> SignedIn | None:
    """Find whose API token this is, and note its use at most once a minute."""
    now = tx.clock.now()
    used_at = func.coalesce(api_tokens.c.last_used_at, api_tokens.c.created_at)
    row = await _find_holder(
        tx, api_tokens, (api_tokens.c.token_hash == token_hash) & (used_at > now - TOKEN_IDLE)
    )
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


async def delete_tokens(tx: Tx, account_id: AccountId) -> None:
    """Revoke all API tokens of this account."""
    await tx.execute(delete(api_tokens).where(api_tokens.c.account_id == account_id))


async def delete_expired(tx: Tx) -> None:
    """Delete sessions, codes and links whose time is over."""
    now = tx.clock.now()
    await tx.execute(delete(email_codes).where(email_codes.c.expires_at <= now))
    await tx.execute(delete(password_resets).where(password_resets.c.expires_at <= now))
    await tx.execute(delete(sessions).where(~_alive(now)))


async def add_code(tx: Tx, ticket_hash: bytes, code: EmailCode) -> None:
    """Add a sent code, and drop those that are over."""
    await tx.execute(delete(email_codes).where(email_codes.c.expires_at <= tx.clock.now()))
    new = code.new_account
    await tx.execute(
        insert(email_codes).values(
            ticket_hash=ticket_hash,
            email=code.email,
            code_hash=code.code_hash,
            tries_left=code.tries_left,
            expires_at=code.expires_at,
            display_name=new and new.display_name,
            password_hash=new and new.password_hash,
        )
    )


async def lock_code(tx: Tx, ticket_hash: bytes) -> EmailCode | None:
    """Return the code of this ticket, and let one try happen at a time."""
    query = select(email_codes).where(email_codes.c.ticket_hash == ticket_hash).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    return row and EmailCode(
        email=row.email,
        code_hash=row.code_hash,
        tries_left=row.tries_left,
        expires_at=row.expires_at,
        new_account=NewAccount(row.display_name, row.password_hash) if row.display_name else None,
    )


async def set_code_hash(tx: Tx, ticket_hash: bytes, code_hash: bytes) -> str | None:
    """Write which digits count for this living ticket from now on; return whose e-mail they go to."""
    code = update(email_codes).where(
        email_codes.c.ticket_hash == ticket_hash, email_codes.c.expires_at > tx.clock.now()
    )
    email = await tx.execute(code.values(code_hash=code_hash).returning(email_codes.c.email))
    found: str | None = email.scalar_one_or_none()
    return found


async def set_tries_left(tx: Tx, ticket_hash: bytes, tries_left: int) -> None:
    """Write down that a try was spent."""
    await tx.execute(
        update(email_codes).where(email_codes.c.ticket_hash == ticket_hash).values(tries_left=tries_left)
    )


async def delete_code(tx: Tx, ticket_hash: bytes) -> None:
    """Take the code out of use."""
    await tx.execute(delete(email_codes).where(email_codes.c.ticket_hash == ticket_hash))


async def add_reset(tx: Tx, token_hash: bytes, account_id: AccountId, lifetime: timedelta) -> None:
    """Add a link to choose a new password, and drop those that are over."""
    now = tx.clock.now()
    await tx.execute(delete(password_resets).where(password_resets.c.expires_at <= now))
    await tx.execute(
        insert(password_resets).values(
            token_hash=token_hash, account_id=account_id, expires_at=now + lifetime
        )
    )


async def find_reset(tx: Tx, token_hash: bytes) -> AccountId | None:
    """Find whose living link this is."""
    query = select(password_resets.c.account_id).where(
        password_resets.c.token_hash == token_hash, password_resets.c.expires_at > tx.clock.now()
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def take_reset(tx: Tx, token_hash: bytes) -> AccountId | None:
    """Return whose living link this is, and take it and all others of that account out of use."""
    link = delete(password_resets).where(
        password_resets.c.token_hash == token_hash, password_resets.c.expires_at > tx.clock.now()
    )
    account_id: AccountId | None = (
        await tx.execute(link.returning(password_resets.c.account_id))
    ).scalar_one_or_none()
    if account_id is not None:
        await tx.execute(delete(password_resets).where(password_resets.c.account_id == account_id))
    return account_id


def _alive(now: datetime) -> Any:
    return (sessions.c.created_at > now - SESSION_ABSOLUTE) & (sessions.c.last_used_at > now - SESSION_IDLE)


async def _find_holder(tx: Tx, table: Table, condition: Any) -> Row[Any] | None:
    query = (
        select(
            table.c.id, table.c.account_id, table.c.last_used_at, accounts.c.email, accounts.c.display_name
        )
        .join_from(table, accounts, accounts.c.id == table.c.account_id)
        .where(condition)
    )
    return (await tx.execute(query)).one_or_none()
