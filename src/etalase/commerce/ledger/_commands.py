"""The one way to write into the ledger."""

from collections.abc import Sequence

from etalase.commerce.ledger import _store as store
from etalase.commerce.ledger._errors import SourceReused
from etalase.commerce.ledger._model import Entry, EntryView, check
from etalase.platform.db import Tx


async def post(tx: Tx, entry: Entry) -> bool:
    """Write the entry and return True, or False where the same entry was written before.

    Raises UnbalancedEntry, MixedCurrencies, or SourceReused where its source told something else before.
    """
    return bool(await post_all(tx, [entry]))


async def post_all(tx: Tx, entries: Sequence[Entry]) -> set[str]:
    """Write entries of different sources; return the sources of those that were not written before.

    Raises as `post`.
    """
    checked = [check(entry) for entry in entries]
    added = await store.add_all(tx, checked)
    for entry in checked:
        if entry.source not in added and not _is_same(await store.find_entry(tx, entry.source), entry):
            raise SourceReused(source=entry.source)
    return added


def _is_same(written: EntryView | None, entry: Entry) -> bool:
    """Tell whether the entry tells what was written under its source."""
    return written is not None and (written.postings, written.shop_id, written.owner) == (
        entry.postings,
        entry.shop_id,
        entry.owner,
    )
