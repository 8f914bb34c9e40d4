"""The providers that this program knows, one folder each, and who of them serves which means.

A folder is found by being here: its name is the provider's, in settings, in the address of its call-backs
and in the table of payments. Nobody else writes that name down.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from etalase.commerce.payments._adapters.registration import Registration
from etalase.commerce.payments._model.method import PROVIDED, Means
from etalase.commerce.payments._model.provider import ProviderAccount
from etalase.commerce.payments._model.settings import NOBODY, PaymentSettings

SECTION = "payments"
FOLDER = Path(__file__).parent


def _find_providers() -> Iterator[tuple[str, Registration]]:
    for found in pkgutil.iter_modules([str(FOLDER)]):
        if found.ispkg:
            yield found.name, importlib.import_module(f"{__package__}.{found.name}").PROVIDER


PROVIDERS: Mapping[str, Registration] = dict(_find_providers())


def provider_sections() -> dict[str, type[Any]]:
    """Return the settings of each provider, by the name of their section."""
    return {f"{SECTION}_{name}": found.settings for name, found in PROVIDERS.items()}


def accounts_in(sections: Mapping[str, Any]) -> dict[str, ProviderAccount]:
    """Return the accounts of the operator, by the provider's name."""
    known = {name: sections[f"{SECTION}_{name}"] for name in PROVIDERS}
    return {name: account for name, account in known.items() if account.means()}


def choose_providers(sections: Mapping[str, Any]) -> PaymentSettings:
    """Return the settings of payments with a provider, or nobody, for each means that needs one.

    Raises ValueError for a choice that can't be carried out, and where a choice is missing.
    """
    settings: PaymentSettings = sections[SECTION]
    accounts = accounts_in(sections)
    chosen: dict[str, Any] = {}
    for means in PROVIDED:
        field = f"{means}_by"
        chosen[field] = _choose(means, getattr(settings, field), accounts)
    return replace(settings, **chosen)


def _choose(means: Means, wanted: str, accounts: Mapping[str, ProviderAccount]) -> str:
    able = [name for name, account in accounts.items() if means in account.means()]
    if wanted == NOBODY or wanted in able:
        return wanted
    if wanted and wanted not in PROVIDERS:
        raise ValueError(f"{means}_by must be one of {', '.join(PROVIDERS)} or {NOBODY}, not {wanted!r}")
    if wanted:
        raise ValueError(f"{means}_by names {wanted}, but the settings hold no account there that takes it")
    if len(able) > 1:
        raise ValueError(f"{means}_by must say which provider takes it: {' or '.join(able)}, or {NOBODY}")
    return able[0] if able else NOBODY
