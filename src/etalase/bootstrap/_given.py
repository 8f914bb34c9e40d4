"""What each plane's handlers may ask for by name, and of which type it is."""

from typing import TypedDict

from etalase.bootstrap._program import Settings
from etalase.bridge import SignalReceiver
from etalase.commerce import catalog, inventory, orders, payments
from etalase.kernel.clock import Clock
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.mail import Mailer
from etalase.platform.read_cache import ReadCache
from etalase.policy import Law
from etalase.social import media
from etalase.social.rooms import ClaimBoard, RoomService, SalesBoard, Shopfront
from etalase.web._evidence import EvidenceOffice
from etalase.web.media import IngestGate
from etalase.web.rooms import RoomRules


class PlaneGiven(TypedDict):
    """What both planes give; each its own."""

    db: Database
    reads: ReadCache
    clock: Clock
    settings: Settings
    mailer: Mailer
    files: FileStore
    law: Law
    bridge_key: str
    commerce_url: str
    public_url: str


class CommerceGiven(PlaneGiven):
    """What the commerce plane gives."""

    catalog_settings: catalog.CatalogSettings
    hold_queue: inventory.HoldQueue
    hold_settings: inventory.InventorySettings
    gateways: payments.Gateways
    evidence_office: EvidenceOffice
    order_queue: orders.OrderQueue
    price_queue: orders.PriceQueue
    order_settings: orders.OrderSettings
    payment_settings: payments.PaymentSettings
    social_url: str
    buyer_key: str


class SocialGiven(PlaneGiven):
    """What the social plane gives."""

    max_units: int
    room_rules: RoomRules
    rooms: RoomService
    sales: SalesBoard
    claim_board: ClaimBoard
    shopfront: Shopfront
    receiver: SignalReceiver
    engine: media.HouseEngine
    stream_keys: media.StreamKeys
    authorise_ingest: IngestGate
