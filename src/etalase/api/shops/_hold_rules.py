"""A shop's hold rules for programs: how long units are kept in a cart, and who pays first."""

from typing import Annotated, Any

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from etalase.commerce import shops
from etalase.commerce.shops import HoldRules, HoldRulesDraft, Role, Workplace
from etalase.kernel.pay_first import PayFirst


class HoldRulesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold rules. Without `hold_minutes` (3 to 60) units are kept as long as the operator says.

    Who pays first gets no cash on delivery, and `pay_first_minutes` (15 to 1440) to pay: nobody, whose
    record speaks against them, new buyers too, or everybody.
    """

    hold_minutes: Annotated[int | None, msgspec.Meta(examples=[15])] = None
    pay_first: Annotated[PayFirst, msgspec.Meta(examples=["record"])] = PayFirst.NOBODY
    pay_first_minutes: Annotated[int, msgspec.Meta(examples=[60])] = 60


@get("/hold-rules", summary="Show the hold rules")
async def read_hold_rules(workplace: NamedDependency[Workplace]) -> HoldRulesBody:
    """Show how long the shop's units are kept, and who pays first. For its owners."""
    return _show((await workplace.require(Role.OWNER)).shop.hold_rules)


@put("/hold-rules", summary="Change the hold rules")
async def change_hold_rules(
    workplace: NamedDependency[Workplace], data: JSONBody[HoldRulesBody]
) -> HoldRulesBody:
    """Replace the rules, for holds and orders from now on. For the shop's owners."""
    draft = HoldRulesDraft(data.hold_minutes, data.pay_first, data.pay_first_minutes)
    async with workplace.open(Role.OWNER) as (tx, shop):
        return _show((await shops.set_hold_rules(tx, shop.id, draft)).hold_rules)


def _show(rules: HoldRules) -> HoldRulesBody:
    return HoldRulesBody(rules.hold_minutes, rules.pay_first, rules.pay_first_minutes)


STAFF: list[Any] = [read_hold_rules, change_hold_rules]
