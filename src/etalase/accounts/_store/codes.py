"""The only SQL about codes and links that letters bring."""

from datetime import timedelta

from sqlalchemy import (
    delete,
    insert,
    select,
    update,
)

from etalase.accounts._model import (
    AccountId,
    EmailCode,
    NewAccount,
)
from etalase.accounts._store.tables import email_codes, password_resets
from etalase.platform.db import Tx


async def add_code(tx: Tx, ticket_hash: bytes, code: EmailCode) -> None:
    """Add a sent code, and drop those that are over."""
    await tx.execute(delete(email_codes).where(email_codes.c.expires_at <= tx.clock.now()))
    new = code.new_account
    await tx.execute(
        insert(email_codes),
        {
            "ticket_hash": ticket_hash,
            "email": code.email,
            "code_hash": code.code_hash,
            "tries_left": code.tries_left,
            "expires_at": code.expires_at,
            "display_name": new and new.display_name,
            "password_hash": new and new.password_hash,
        },
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
        insert(password_resets),
        {"token_hash": token_hash, "account_id": account_id, "expires_at": now + lifetime},
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
