"""The only SQL about who has an account."""

from sqlalchemy import (
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.accounts._model import (
    Account,
    AccountId,
    Credentials,
)
from etalase.accounts._store.tables import accounts
from etalase.platform.db import Tx


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


async def lock_account(tx: Tx, account_id: AccountId) -> None:
    """Let one change of this account happen at a time."""
    await tx.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update())
