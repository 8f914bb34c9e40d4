"""What is noted around orders: their steps, and remembered addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.orders._model import Contact, ContactDraft
from etalase.commerce.orders._store.tables import order_steps, remembered_contacts
from etalase.kernel.ids import new_id
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx

_ADD_STEPS = BulkInsert(order_steps)
_LIST_STEPS = (
    select(order_steps).where(order_steps.c.order_id == bindparam("order_id")).order_by(order_steps.c.id)
)
_REMEMBER = upsert(remembered_contacts)
_REMEMBER = _REMEMBER.on_conflict_do_update(
    index_elements=["holder"],
    set_={"contact": _REMEMBER.excluded.contact, "used_at": _REMEMBER.excluded.used_at},
)
_FIND_REMEMBERED = (
    select(remembered_contacts.c.contact)
    .where(remembered_contacts.c.holder.in_(bindparam("holders", expanding=True)))
    .order_by(remembered_contacts.c.used_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that happened to an order: the event's name without its context."""

    event: str
    state: str
    taken_at: datetime


async def add_steps(tx: Tx, steps: Sequence[tuple[UUID, str, str]]) -> None:
    """Note what happened to orders now: of each the order, the event and the order's state after it."""
    now = tx.clock.now()
    rows = [
        {"id": new_id(), "order_id": order_id, "taken_at": now, "event": event, "state": state}
        for order_id, event, state in steps
    ]
    await _ADD_STEPS.run(tx, rows)


async def list_steps(tx: Tx, order_id: UUID) -> list[StepView]:
    """Return what happened to the order, oldest first."""
    rows = await tx.execute(_LIST_STEPS, {"order_id": order_id})
    return [StepView(row.event, row.state, row.taken_at) for row in rows]


async def remember_contacts(tx: Tx, contacts: Mapping[str, Contact]) -> None:
    """Keep the last address of buyers, by holder, instead of an earlier one."""
    now = tx.clock.now()
    rows = [
        {"holder": holder, "contact": _remembered(contact), "used_at": now}
        for holder, contact in sorted(contacts.items())
    ]
    if rows:
        await tx.execute(_REMEMBER, rows)


def _remembered(contact: Contact) -> dict[str, str]:
    return {
        "email": contact.email,
        "recipient": contact.address.recipient,
        "phone": contact.address.phone,
        "street": contact.address.street,
        "postcode": contact.address.postcode,
        "place_code": contact.place.code,
    }


async def forget_contact(tx: Tx, holders: Sequence[str]) -> None:
    """Forget the address that was kept for this buyer."""
    await tx.execute(delete(remembered_contacts).where(remembered_contacts.c.holder.in_(holders)))


async def find_remembered(tx: Tx, holders: Sequence[str]) -> tuple[ContactDraft, str] | None:
    """Read the address that a buyer used last, without its place, and the code of the place."""
    found: dict[str, Any] | None = (
        await tx.execute(_FIND_REMEMBERED, {"holders": holders})
    ).scalar_one_or_none()
    if found is None:
        return None
    place_code = found.pop("place_code")
    return ContactDraft(**found), place_code
