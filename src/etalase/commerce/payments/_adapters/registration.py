"""What a provider's folder says of itself: `PROVIDER` in its `__init__`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from etalase.commerce.payments._model.provider import Provider, ProviderAccount


@dataclass(frozen=True, slots=True)
class Registration:
    """A provider: its name as people write it, its settings, and how to reach it with an account."""

    label: str
    settings: type[ProviderAccount]
    connect: Callable[[Any, httpx.AsyncClient], Provider]
