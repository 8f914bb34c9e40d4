"""What pages, the API, orders and the audit ask about stock."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from etalase.commerce import catalog
from etalase.commerce.catalog import CellChange, Change, ImportPreview, ImportRow, KeptSheet, Sheet
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._errors import ImportUnknown
from etalase.commerce.inventory._model import (
    CLAIMS_FORMAT,
    CLAIMS_SHOWN,
    FIRST_SHOWN,
    MAX_UNITS,
    PLACES_READ,
    ClaimHead,
    ClaimLog,
    ClaimReport,
    ImportChoice,
    ImportFile,
    StockMode,
    StockRule,
    StockSince,
    by_variant,
    first_head,
    front,
    rule_for,
    stand,
    stock_since,
    units_after,
)
from etalase.kernel.errors import FieldProblem
from etalase.platform.db import Database, Tx

PAGE = 200
UNDECIDED = ImportChoice()
BEFORE_CLAIMS = timedelta(minutes=1)
"""A claim waits so long for its turn at most; from here on its stock is told."""


async def available(tx: Tx, variant_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many units of each variant can be held; 0 for one that was never stocked."""
    wanted = list(variant_ids)
    found = await store.stock_of(tx, wanted)
    return {id_: found[id_].available if id_ in found else 0 for id_ in wanted}


async def get_claim_log(tx: Tx, show: str) -> ClaimLog:
    """Return all claims of a show and the stock that they were judged by; it names nobody."""
    head = await store.find_claim_head(tx, show)
    claims = await store.list_claims(tx, show)
    since = claims[0].asked_at - BEFORE_CLAIMS if claims else tx.clock.now()
    variant_ids = {claim.variant_id for claim in claims}
    moved = by_variant(await store.list_steps(tx, show, variant_ids))
    stock = [stock_since(variant_id, moved.get(variant_id, []), since) for variant_id in sorted(variant_ids)]
    end = head or ClaimHead(show, 0, first_head(show))
    return ClaimLog(CLAIMS_FORMAT, show, end.number, end.head.hex(), tuple(claims), tuple(stock))


async def report_claims(tx: Tx, shop_id: UUID, show: str, variant_ids: Iterable[UUID]) -> ClaimReport:
    """Return how it stands with a show's last claims, and who is next for these variants of the shop."""
    found = await store.list_last_claims(tx, show, CLAIMS_SHOWN)
    claims = [claim for claim, _ in found]
    claimed = {claim.variant_id for claim in claims}
    places = (
        await store.list_joined_since(tx, claimed, claims[-1].asked_at - BEFORE_CLAIMS, PLACES_READ)
        if claims
        else []
    )
    held = {hold_id for _, hold_id in found} | {place.hold_id for place in places}
    holds = await store.get_holds(tx, [hold_id for hold_id in held if hold_id])
    stock = await store.stock_of(tx, claimed | set(variant_ids))
    own = [one for one in stock.values() if one.shop_id == shop_id]
    waiting = {one.variant_id: one.waiting for one in own if one.waiting}
    lines = await store.list_first_waiting(tx, dict.fromkeys(waiting, FIRST_SHOWN))
    return ClaimReport(stand(show, found, places, holds), front(show, claims, lines, waiting))


@dataclass(frozen=True, slots=True)
class CheckedImport:
    """A file, read against products and stock. `untaken`: units by line, where a number is not taken."""

    preview: ImportPreview
    rule: StockRule
    untaken: Mapping[int, int]

    @property
    def can_be_imported(self) -> bool:
        """Tell whether no row is wrong."""
        return self.preview.can_be_imported

    @property
    def mark(self) -> str:
        """Return what tells this preview from one with other rows or old values; sales don't change it."""
        parts = [
            (
                row.line,
                row.code,
                row.variant.id,
                row.change is Change.NEW,
                [(one.column, one.old, one.new) for one in row.changes if one.column != "stock"],
            )
            for row in self.preview.rows
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()


async def preview_import(
    tx: Tx, shop_id: UUID, sheet: Sheet, choice: ImportChoice = UNDECIDED
) -> CheckedImport:
    """Read a file against products and stock: what each row would do, from what to what, or why it can't."""
    preview = await catalog.preview_import(tx, shop_id, sheet, choice.confirmed)
    rule = rule_for(choice, sheet.exported_at)
    ids = [row.variant.id for row in preview.rows if row.variant.id and row.stock is not None]
    known = await store.with_movements(tx, (await store.stock_of(tx, ids)).values(), rule.counted_at)
    rows, untaken = [], {}
    for row in preview.rows:
        there = known.get(row.variant.id) if row.variant.id else None
        rows.append(_with_stock(row, preview.name_of("stock"), rule, there))
        if there and row.stock != there.stock.on_hand and rule.mode is StockMode.KEPT:
            untaken[row.line] = there.stock.on_hand
    return CheckedImport(replace(preview, rows=tuple(rows)), rule, untaken)


async def get_import(tx: Tx, shop_id: UUID, import_id: UUID) -> ImportFile:
    """Return a file that the shop has sent, or raise `ImportUnknown`."""
    file = await store.find_import(tx, import_id)
    if file is None or file.shop_id != shop_id:
        raise ImportUnknown
    return file


async def read_import(tx: Tx, shop_id: UUID, import_id: UUID) -> KeptSheet:
    """Return the file's rows as they were kept, or raise `ImportUnknown`."""
    return await store.read_content(tx, (await get_import(tx, shop_id, import_id)).id)


async def export_products(db: Database, shop_id: UUID) -> AsyncIterator[str]:
    """Yield the lines of a CSV file that an import reads back; between two pages no connection is held.

    Its stock is that of one moment, which the header names: what is sold later does not come back with it.
    """
    async with db.begin() as tx:
        products = await catalog.list_products(tx, shop_id, limit=PAGE)
        ids = await catalog.list_variant_ids(tx, shop_id)
    async with db.begin() as tx:
        units, moment = await store.stand_still(tx, ids)
    yield catalog.write_header(moment)
    while products:
        yield "".join(
            catalog.export_row(product, variant, units.get(variant.id, 0))
            for product in products
            for variant in product.variants
        )
        last = (products[-1].position, products[-1].id)
        async with db.begin() as tx:
            products = await catalog.list_products(tx, shop_id, after=last, limit=PAGE)


def _with_stock(row: ImportRow, name: str, rule: StockRule, known: StockSince | None) -> ImportRow:
    """Add what becomes of the stock, or why it can't be."""
    if row.stock is None or row.problems:
        return row
    units, there = units_after(rule, row.stock, known), known.stock.on_hand if known else 0
    if known and units < known.stock.held:
        return replace(row, problems=(FieldProblem(name, "less_than_held", known.min_count),))
    if units > MAX_UNITS:
        return replace(row, problems=(FieldProblem(name, "too_high", MAX_UNITS),))
    if units == there:
        return row
    change = Change.CHANGED if row.change is Change.SAME else row.change
    return replace(row, change=change, changes=(*row.changes, CellChange("stock", there, units)))
