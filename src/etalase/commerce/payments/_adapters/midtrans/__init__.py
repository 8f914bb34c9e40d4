"""Midtrans, as a provider of payments."""

from etalase.commerce.payments._adapters.midtrans.api import Midtrans
from etalase.commerce.payments._adapters.midtrans.settings import MidtransSettings
from etalase.commerce.payments._adapters.registration import Registration

PROVIDER = Registration("Midtrans", MidtransSettings, Midtrans)
