"""The table of events: what each one sets going by itself, in the plane that published it, or why nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from etalase.bootstrap import _commerce, _social
from etalase.bridge import Signal
from etalase.kernel.events import Event

TIME_LINE = "a step of the order's time-line, and its emails, in its own transaction"
LEDGER = "an entry in the ledger, in its own transaction"
UNHEARD = {
    "orders.order_placed": TIME_LINE,
    "orders.order_paid": TIME_LINE,
    "orders.order_packed": TIME_LINE,
    "orders.order_shipped": TIME_LINE,
    "orders.order_delivered": TIME_LINE,
    "orders.order_completed": TIME_LINE,
    "orders.order_step_undone": TIME_LINE,
    "orders.order_part_refund_promised": TIME_LINE,
    "orders.order_part_refunded": TIME_LINE,
    "payments.payment_started": LEDGER,
    "payments.refund_requested": LEDGER,
    "payments.stray_money_received": LEDGER,
    "payments.stray_money_returned": LEDGER,
}
"""Events without a reaction, and what they are for: one that is for nothing is not published."""


@dataclass(frozen=True)
class EventRow:
    """An event's name, the names of its reactions, and what it is for where it has none."""

    name: str
    reactions: tuple[str, ...]
    reason: str = ""


class Silent:
    """A sink for looking at what would be signalled; it sends nothing."""

    async def send(self, signals: tuple[Signal, ...]) -> None:
        """Refuse: nothing is signalled by a look."""
        raise NotImplementedError


def event_table() -> list[EventRow]:
    """Return all events by name, with their reactions in the order in which they are wired."""
    wired = [*_commerce.reactions(Silent(), bridge_key=""), *_social.reactions(lambda _: None)]
    reactions: dict[str, list[str]] = {name: [] for name in sorted(set(event_names()))}
    for reaction in wired:
        reactions[reaction.event.name].append(reaction.name)
    return [EventRow(name, tuple(heard), UNHEARD.get(name, "")) for name, heard in reactions.items()]


def event_names() -> Iterator[str]:
    """Yield the name of each event that a context declares."""
    for event in Event.__subclasses__():
        if event.__module__.startswith("etalase."):
            yield event.name
