"""Asking once more before much money leaves: the amount stands there in figures and in words."""

from collections.abc import Mapping
from typing import Any

from num2words import num2words

from etalase.kernel.money import Money
from etalase.platform.i18n import current_language
from etalase.platform.i18n import gettext as _
from etalase.web._forms import text_of

FIELD = "confirmed"


class Unconfirmed(Exception):
    """Nothing has happened yet: the form is to come back with this answer in its field `confirmed`."""

    def __init__(self, *amounts: Money) -> None:
        super().__init__()
        self.amounts = amounts

    @property
    def answer(self) -> str:
        """What says yes to these amounts and to no others."""
        return " ".join(str(amount.minor) for amount in self.amounts)


def require_confirmed(form: Mapping[str, Any], bound_rupiah: int, *amounts: Money) -> None:
    """Let amounts pass up to the bound, and above it those that were confirmed. Raises Unconfirmed."""
    question = Unconfirmed(*amounts)
    if any(amount.minor > bound_rupiah for amount in amounts) and text_of(form, FIELD) != question.answer:
        raise question


def in_words(amount: Money) -> str:
    """Spell the amount out, as on a bank's slip."""
    return _("%(words)s rupiah", words=num2words(amount.minor, lang=current_language()))
