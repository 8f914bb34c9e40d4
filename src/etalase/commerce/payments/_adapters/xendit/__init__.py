"""Xendit, as a provider of payments."""

from etalase.commerce.payments._adapters.registration import Registration
from etalase.commerce.payments._adapters.xendit.api import Xendit
from etalase.commerce.payments._adapters.xendit.settings import XenditSettings

PROVIDER = Registration("Xendit", XenditSettings, Xendit)
