"""The one way to write into the ledger."""

from etalase.commerce.ledger import _store as store
from etalase.commerce.ledger._errors import SourceReused
from etalase.commerce.ledger._model import Entry, check
from etalase.platform.db import Tx


async def post(tx: Tx, entry: Entry) -> bool:
    """Write the entry and return True, or False where the same entry was written before.

    Raises UnbalancedEntry, MixedCurrencies, or SourceReused where its source told something else before.
    """
    entry = check(entry)
    if await store.add(tx, entry):
        return True
    written = await store.find_entry(tx, entry.source)
    if (
        written is None
        or written.postings != entry.postings
        or (written.shop_id, written.owner)
        != (
            entry.shop_id,
            entry.owner,
        )
    ):
        raise SourceReused(source=entry.source)
    return False
