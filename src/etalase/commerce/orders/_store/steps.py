"""What is noted around orders: their steps, and remembered addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.orders._model import Contact, ContactDraft
from etalase.commerce.orders._store.tables import order_steps, remembered_contacts
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that happened to an order: the event's name without its context."""

    event: str
    state: str
    taken_at: datetime


async def add_step(tx: Tx, order_id: UUID, event: str, state: str) -> None:
    """Note that something happened to an order now."""
    await tx.execute(
        insert(order_steps).values(
            id=new_id(), order_id=order_id, taken_at=tx.clock.now(), event=event, state=state
        )
    )


async def list_steps(tx: Tx, order_id: UUID) -> list[StepView]:
    """Return what happened to the order, oldest first."""
    rows = await tx.execute(
        select(order_steps).where(order_steps.c.order_id == order_id).order_by(order_steps.c.id)
    )
    return [StepView(row.event, row.state, row.taken_at) for row in rows]


async def remember_contact(tx: Tx, holder: str, contact: Contact) -> None:
    """Keep a buyer's last address, instead of an earlier one."""
    kept = {
        "email": contact.email,
        "recipient": contact.address.recipient,
        "phone": contact.address.phone,
        "street": contact.address.street,
        "postcode": contact.address.postcode,
        "place_code": contact.place.code,
    }
    values = {"contact": kept, "used_at": tx.clock.now()}
    note = upsert(remembered_contacts).values(holder=holder, **values)
    await tx.execute(note.on_conflict_do_update(index_elements=["holder"], set_=values))


async def forget_contact(tx: Tx, holders: Sequence[str]) -> None:
    """Forget the address that was kept for this buyer."""
    await tx.execute(delete(remembered_contacts).where(remembered_contacts.c.holder.in_(holders)))


async def find_remembered(tx: Tx, holders: Sequence[str]) -> tuple[ContactDraft, str] | None:
    """Read the address that a buyer used last, without its place, and the code of the place."""
    query = (
        select(remembered_contacts.c.contact)
        .where(remembered_contacts.c.holder.in_(holders))
        .order_by(remembered_contacts.c.used_at.desc())
        .limit(1)
    )
    found: dict[str, Any] | None = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        return None
    place_code = found.pop("place_code")
    return ContactDraft(**found), place_code
