"""Events that leave if and only if their transaction does.

Purpose: a command publishes an event in its own transaction; the relay hands it to each reaction later.
Invariants: an event is seen by a reaction after its transaction is durable, in the order of transactions,
and its effects in this plane's database happen exactly once (effect and cursor move in one transaction).
Concurrency: any number of relays may run; a reaction's lock lets one work at a time. A reaction has a
transaction for each event, so its locks are those of one event; one that only tells others takes many, and
locks nothing.
Lifecycle: a reaction that keeps failing on one event puts it among the dead letters and goes on; while what
it needs is away, it waits. What all reactions to it have passed is deleted after a week.
Places are numbers of one server's transactions: a database that was restored on another server is moved
there at the start.
"""

from etalase.platform.outbox._relay import (
    Caused,
    Reaction,
    Relay,
    each,
    find_waiting,
    is_drained,
    publish,
)
from etalase.platform.outbox._store import metadata, outbox
from etalase.platform.outbox._upkeep import (
    count_dead_letters,
    drop_dead_letter,
    list_dead_letters,
    list_dropped,
    mend_places,
    note_dropped,
    prune,
    retry_dead_letters,
)

__all__ = [
    "Caused",
    "Reaction",
    "Relay",
    "count_dead_letters",
    "drop_dead_letter",
    "each",
    "find_waiting",
    "is_drained",
    "list_dead_letters",
    "list_dropped",
    "mend_places",
    "metadata",
    "note_dropped",
    "outbox",
    "prune",
    "publish",
    "retry_dead_letters",
]
