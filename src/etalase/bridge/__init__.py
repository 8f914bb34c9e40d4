"""The only meeting of the planes: offers, referrals, claims, sale signals and the crossing log."""

from etalase.bridge._adapters import (
    OFFERS_PATH,
    SIGNALS_PATH,
    SIGNATURE_HEADER,
    LocalShopfront,
    LocalSignals,
    RemoteShopfront,
    RemoteSignals,
)
from etalase.bridge._commands import SignalReceiver, accept_host_pass, accept_referral, issue_host_pass
from etalase.bridge._errors import CrossingRefused, PassUnusable, SignatureWrong
from etalase.bridge._model import (
    HostPass,
    HostShop,
    OfferSignal,
    Referral,
    Signal,
    SignalSink,
    SoldSignal,
    StockSignal,
    check_message,
    pseudonym,
    read_host_pass,
    read_referral,
    sign_host_pass,
    sign_message,
    sign_referral,
)
from etalase.bridge._queries import list_offer_cards
from etalase.bridge._reactions import signal_reactions
from etalase.bridge._store import list_crossings

__all__ = [
    "OFFERS_PATH",
    "SIGNALS_PATH",
    "SIGNATURE_HEADER",
    "CrossingRefused",
    "HostPass",
    "HostShop",
    "LocalShopfront",
    "LocalSignals",
    "OfferSignal",
    "PassUnusable",
    "Referral",
    "RemoteShopfront",
    "RemoteSignals",
    "Signal",
    "SignalReceiver",
    "SignalSink",
    "SignatureWrong",
    "SoldSignal",
    "StockSignal",
    "accept_host_pass",
    "accept_referral",
    "check_message",
    "issue_host_pass",
    "list_crossings",
    "list_offer_cards",
    "pseudonym",
    "read_host_pass",
    "read_referral",
    "sign_host_pass",
    "sign_message",
    "sign_referral",
    "signal_reactions",
]
