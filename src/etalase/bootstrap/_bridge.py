"""The bridge, wired: within this process when both planes run here, else over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from etalase.bootstrap._program import Program, secret_of
from etalase.bridge import (
    LocalClaimDesk,
    LocalShopfront,
    LocalShowRecords,
    LocalSignals,
    LocalTill,
    RemoteClaimDesk,
    RemoteShopfront,
    RemoteShowRecords,
    RemoteSignals,
    RemoteTill,
    SignalReceiver,
    SignalSink,
)
from etalase.commerce.evidence import ShowRecords
from etalase.commerce.inventory import HoldQueue
from etalase.kernel.clock import Clock
from etalase.platform.db import Database, Plane
from etalase.platform.tls import trusted
from etalase.policy import Law
from etalase.social.rooms import ClaimDesk, Shopfront, Till

PATIENCE_SECONDS = 5


@dataclass(frozen=True)
class Bridge:
    """What this process needs to speak to the other plane."""

    program: Program
    client: httpx.AsyncClient
    databases: Mapping[Plane, Database]
    clock: Clock
    law: Law

    @property
    def key(self) -> str:
        """The secret that both planes share."""
        return secret_of(self.program, "bridge_key")

    def shopfront(self) -> Shopfront:
        """Return the social plane's look at the shops."""
        commerce = self.databases.get("commerce")
        if commerce is not None:
            return LocalShopfront(commerce, self.program.commerce_url)
        return RemoteShopfront(self.client, self.program.commerce_url, self.key, self.clock)

    def till(self, social: Database) -> Till:
        """Return the social plane's way to ask what a show has sold."""
        commerce = self.databases.get("commerce")
        if commerce is not None:
            return LocalTill(commerce, social, self.law)
        return RemoteTill(self.client, self.program.commerce_url, self.key, social, self.law)

    def show_records(self, commerce: Database) -> ShowRecords:
        """Return the commerce plane's way to ask what a show showed."""
        social = self.databases.get("social")
        if social is not None:
            return LocalShowRecords(commerce, social, self.program.data_dir / "media")
        return RemoteShowRecords(self.client, self.program.social_url, self.key, commerce)

    @property
    def buyer_key(self) -> str:
        """The till's own secret, by which it knows the buyers that rooms name."""
        return secret_of(self.program, "secret_key")

    def claim_desk(self, queue: HoldQueue | None) -> ClaimDesk:
        """Return the rooms' way to the till; the queue of holds is there when the till is in this process."""
        commerce = self.databases.get("commerce")
        if queue is not None and commerce is not None:
            return LocalClaimDesk(commerce, queue, self.law, self.buyer_key)
        return RemoteClaimDesk(self.client, self.program.commerce_url, self.key, self.clock)

    def sink(self, receiver: SignalReceiver | None) -> SignalSink:
        """Return where the commerce plane's signals go."""
        if receiver is not None:
            return LocalSignals(receiver)
        return RemoteSignals(self.client, self.program.social_url, self.key, self.clock)


def make_client() -> httpx.AsyncClient:
    """Return the client with which one plane calls the other."""
    return httpx.AsyncClient(timeout=PATIENCE_SECONDS, verify=trusted())
