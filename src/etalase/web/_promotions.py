"""What the desk's pages of promotions share: their list, who may change it, names of fields."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from etalase.commerce.shops import KEEPERS
from etalase.web._desk import Desk
from etalase.web._pages import HtmlPage

SHOWN = 50
ENDED = "ended"


class PromotionLine(Protocol):
    """A promotion as a list shows it."""

    @property
    def state(self) -> StrEnum:
        """Where it stands now."""
        ...


def promotions_page(desk: Desk, template: str, lines: Sequence[PromotionLine], **more: Any) -> HtmlPage:
    """Return the list: those that have not ended first, and what can be done about them."""
    return desk.page(
        template,
        "products",
        open_lines=[line for line in lines if line.state.value != ENDED],
        past_lines=[line for line in lines if line.state.value == ENDED],
        may_change=desk.role in KEEPERS,
        **more,
    )


def renamed(errors: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the errors under the names that the form has for its fields."""
    return {names.get(field, field): words for field, words in errors.items()}
