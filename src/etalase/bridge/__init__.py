"""The only meeting of the planes: offers, referrals, claims, sale signals and the crossing log."""

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
from etalase.bridge._store import list_crossings

__all__ = [
    "CrossingRefused",
    "HostPass",
    "HostShop",
    "OfferSignal",
    "PassUnusable",
    "Referral",
    "Signal",
    "SignalSink",
    "SignatureWrong",
    "SoldSignal",
    "StockSignal",
    "check_message",
    "list_crossings",
    "pseudonym",
    "read_host_pass",
    "read_referral",
    "sign_host_pass",
    "sign_message",
    "sign_referral",
]
