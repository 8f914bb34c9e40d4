"""The only SQL about who has an account."""

from sqlalchemy import (
    ColumnElement,
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
    row = {
        "id": account.id,
        "display_name": account.display_name,
        "email": account.email,
        "external_ref": account.external_ref,
        "password_hash": password_hash,
        "created_at": account.created_at,
    }
    return (await tx.execute(upsert(accounts).on_conflict_do_nothing(), row)).rowcount == 1


async def find_account(tx: Tx, account_id: AccountId) -> Account | None:
    """Find an account by its id."""
    return await _find(tx, accounts.c.id == account_id)


async def find_account_by_email(tx: Tx, email: str) -> Account | None:
    """Find an account by its normalised e-mail. For commands of the house: no page tells a stranger."""
    return await _find(tx, accounts.c.email == email)


async def find_account_by_reference(tx: Tx, external_ref: str) -> Account | None:
    """Find an account by the name under which the other plane knows it."""
    return await _find(tx, accounts.c.external_ref == external_ref)


async def _find(tx: Tx, condition: ColumnElement[bool]) -> Account | None:
    row = (await tx.execute(select(accounts).where(condition))).one_or_none()
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
