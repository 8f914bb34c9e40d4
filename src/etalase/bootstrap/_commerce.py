"""The commerce plane, wired."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from etalase import accounts
from etalase.api import accounts as accounts_api
from etalase.api import bridge as bridge_api
from etalase.api import bundles as bundles_api
from etalase.api import catalog as catalog_api
from etalase.api import deals as deals_api
from etalase.api import inventory as inventory_api
from etalase.api import orders as orders_api
from etalase.api import payments as payments_api
from etalase.api import shipping as shipping_api
from etalase.api import shops as shops_api
from etalase.api import vouchers as vouchers_api
from etalase.bootstrap._auditing import keep_auditing
from etalase.bootstrap._bridge import Bridge
from etalase.bootstrap._doors import plane_middleware, public_url
from etalase.bootstrap._given import CommerceGiven
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings, secret_of
from etalase.bridge import SignalReceiver, SignalSink, forget_crossings, signal_reactions
from etalase.commerce import catalog, inventory, orders, payments
from etalase.commerce.evidence import Signer
from etalase.commerce.shipping import gazetteer
from etalase.platform import outbox
from etalase.platform.db import Database
from etalase.platform.files import FileStore, LocalFileStore
from etalase.platform.jobs import Job
from etalase.platform.keys import forget_keys
from etalase.platform.mail import Mailer, mail_job
from etalase.platform.outbox import Reaction
from etalase.platform.read_cache import ReadCache
from etalase.platform.sweeping import Sweep, keep_sweeping
from etalase.policy import Law
from etalase.web import accounts as account_pages
from etalase.web import bridge as bridge_pages
from etalase.web import bundles as bundle_pages
from etalase.web import (
    cart,
    checkout,
    claims,
    discovery,
    hold_rules,
    pay_first,
    shipping,
    storefront,
    waitlist,
)
from etalase.web import catalog as product_pages
from etalase.web import deals as deal_pages
from etalase.web import evidence as evidence_pages
from etalase.web import ledger as ledger_pages
from etalase.web import orders as order_pages
from etalase.web import payments as payment_pages
from etalase.web import shops as shop_pages
from etalase.web import vouchers as voucher_pages
from etalase.web._evidence import KEYS_PATH, EvidenceOffice

ROUTES: list[Any] = [
    *account_pages.ROUTES,
    *accounts_api.ROUTES,
    *orders_api.ROUTES,
    *bridge_api.COMMERCE,
    *shops_api.ROUTES,
    *catalog_api.ROUTES,
    *inventory_api.ROUTES,
    *deals_api.ROUTES,
    *vouchers_api.ROUTES,
    *bundles_api.ROUTES,
    *bridge_pages.COMMERCE,
    *cart.ROUTES,
    *waitlist.ROUTES,
    *pay_first.ROUTES,
    *hold_rules.ROUTES,
    *claims.ROUTES,
    *checkout.ROUTES,
    *order_pages.ROUTES,
    *evidence_pages.ROUTES,
    *ledger_pages.ROUTES,
    *payment_pages.ROUTES,
    *payments_api.ROUTES,
    *shipping_api.ROUTES,
    *shipping.ROUTES,
    *shop_pages.ROUTES,
    *product_pages.ROUTES,
    *deal_pages.ROUTES,
    *voucher_pages.ROUTES,
    *bundle_pages.ROUTES,
    *discovery.COMMERCE,
    *storefront.ROUTES,
]
SWEEPS: list[Sweep] = [
    accounts.forget_expired,
    inventory.forget_holds,
    inventory.forget_imports,
    inventory.forget_places,
    catalog.forget_downloads,
    orders.forget_appeals,
    forget_keys,
]


def reactions(sink: SignalSink, bridge_key: str) -> list[Reaction[Any]]:
    """Return all that commerce does by itself when something has happened; signals go to the sink."""
    return [
        *inventory.REACTIONS,
        *orders.REACTIONS,
        *signal_reactions(sink, bridge_key),
    ]


def _jobs(
    mailer: Mailer,
    gateways: payments.Gateways,
    files: FileStore,
    limits: catalog.CatalogSettings,
    site_url: str,
) -> list[Job[Any]]:
    """Return all timed work of the plane."""
    return [
        mail_job(mailer),
        *accounts.jobs_with(mailer),
        *catalog.jobs_with(files, limits),
        *inventory.jobs_with(limits),
        *payments.jobs_with(gateways),
        *orders.jobs_with(mailer, site_url),
    ]


def _evidence_office(settings: Settings, database: Database, bridge: Bridge, site_url: str) -> EvidenceOffice:
    """Return what makes evidence, with the key that is kept in the data folder."""
    signer = Signer(secret_of(settings.program, "evidence_key"))
    return EvidenceOffice(
        database, bridge.law, signer, bridge.show_records(database), f"{site_url}{KEYS_PATH}"
    )


@dataclass(frozen=True, slots=True)
class Queues:
    """Where buyers' requests wait for a commit, or a read, that they share."""

    hold_queue: inventory.HoldQueue
    order_queue: orders.OrderQueue
    price_queue: orders.PriceQueue

    @classmethod
    def of(cls, database: Database, settings: Settings, law: Law) -> "Queues":
        """Open the queues of a plane."""
        return cls(
            inventory.HoldQueue(database, database.clock, settings.inventory, law),
            orders.OrderQueue(database, settings.orders, law),
            orders.PriceQueue(database, settings.orders),
        )

    async def close(self) -> None:
        """Answer all who wait, and take no more."""
        for queue in (self.hold_queue, self.order_queue, self.price_queue):
            await queue.close()


def _forgetting(settings: Settings, all_reactions: list[Reaction[Any]]) -> list[Sweep]:
    """Return what the plane forgets once a day."""
    forget_log = partial(forget_crossings, kept_days=settings.bridge.crossings_kept_days)
    return [*SWEEPS, forget_log, partial(outbox.prune, reactions=all_reactions)]


def wire_commerce(
    settings: Settings, database: Database, mailer: Mailer, bridge: Bridge, receiver: SignalReceiver | None
) -> Wiring[CommerceGiven]:
    """Put the commerce plane together; `receiver` is the social plane's ear when it is in this process."""
    gazetteer()  # is read once, for most of a second: before anybody waits for the loop
    stock, limits = settings.inventory, settings.catalog
    queues = Queues.of(database, settings, bridge.law)
    gateways = payments.Gateways(settings.payments, payments.accounts_in(settings.providers))
    all_reactions = reactions(bridge.sink(receiver), bridge.key)
    site_url = public_url(settings.program, "commerce")
    files = LocalFileStore(settings.program.data_dir / "files" / "commerce")
    office = _evidence_office(settings, database, bridge, site_url)
    given: CommerceGiven = {
        "db": database,
        "reads": ReadCache(database),
        "clock": database.clock,
        "settings": settings,
        "mailer": mailer,
        "files": files,
        "catalog_settings": limits,
        "hold_queue": queues.hold_queue,
        "hold_settings": stock,
        "gateways": gateways,
        "evidence_office": office,
        "order_queue": queues.order_queue,
        "price_queue": queues.price_queue,
        "order_settings": settings.orders,
        "payment_settings": settings.payments,
        "law": bridge.law,
        "bridge_key": bridge.key,
        "buyer_key": bridge.buyer_key,
        "social_url": settings.program.social_url,
        "commerce_url": settings.program.commerce_url,
        "public_url": site_url,
    }
    return Wiring(
        database,
        ROUTES,
        given=given,
        middleware=[plane_middleware(settings, database)],
        reactions=all_reactions,
        jobs=_jobs(mailer, gateways, files, limits, site_url),
        background={
            "sweep of holds": partial(inventory.sweep_holds, database, stock),
            "audit": partial(keep_auditing, database, stock.audit_every_seconds),
            "sweep of payments": partial(payments.keep_sweeping, database, gateways),
            "daily sweep": partial(keep_sweeping, database, _forgetting(settings, all_reactions)),
        },
        starting=[office.publish_key],
        closing=[queues.close],
    )
