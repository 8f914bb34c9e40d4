"""Orders at the desk, step by step."""

from tests.make.deeds._deed import Deed, deed, own
from tests.make.neighbours import Neighbours


@deed(
    "GET /desk/{slug}/orders/{number}",
    "GET /desk/{slug}/orders/{number}/label.pdf",
    "GET /desk/{slug}/orders/{number}/slip.pdf",
    "GET /desk/{slug}/orders/{number}/evidence.zip",
    "GET /api/v1/shops/{slug}/orders/{number}",
    "GET /api/v1/shops/{slug}/orders/{number}/evidence",
    "GET /api/v1/shops/{slug}/orders/{number}/ledger",
    "POST /api/v1/shops/{slug}/orders/{number}/pack",
)
async def _paid_order(n: Neighbours, who: str) -> Deed:
    return Deed({"number": own((await n.stall_of(who).order()).number)})


@deed("POST /desk/{slug}/orders/pack")
async def _pack_many(n: Neighbours, who: str) -> Deed:
    return Deed(fields={"order": [own((await n.stall_of(who).order()).id)]})


@deed("POST /api/v1/shops/{slug}/orders/{number}/ship")
async def _ship(n: Neighbours, who: str) -> Deed:
    number = own((await n.stall_of(who).order("packed")).number)
    return Deed({"number": number}, document={"carrier": "JNE", "tracking_number": "1"})


@deed("POST /api/v1/shops/{slug}/orders/{number}/deliver")
async def _deliver(n: Neighbours, who: str) -> Deed:
    return Deed({"number": own((await n.stall_of(who).order("shipped")).number)})


@deed("POST /api/v1/shops/{slug}/orders/{number}/undo")
async def _undo(n: Neighbours, who: str) -> Deed:
    return Deed({"number": own((await n.stall_of(who).order("packed")).number)})


@deed("POST /api/v1/shops/{slug}/orders/{number}/refund")
async def _refund(n: Neighbours, who: str) -> Deed:
    number = own((await n.stall_of(who).order("shipped")).number)
    return Deed({"number": number}, document={"reason": "Salah"})


@deed("POST /api/v1/shops/{slug}/orders/{number}/cancel")
async def _cancel(n: Neighbours, who: str) -> Deed:
    return Deed({"number": own((await n.stall_of(who).order()).number)}, document={"reason": "Salah"})


STEPS = {
    "pack": ("paid", {}),
    "ship": ("packed", {"carrier": "JNE", "tracking_number": "1"}),
    "deliver": ("shipped", {}),
    "undo": ("packed", {}),
    "paid": ("unpaid", {}),
    "cancel": ("paid", {"reason": "Habis"}),
    "refund": ("shipped", {"reason": "Salah"}),
    "part": ("paid", {"reason": "Salah", "amount": "1.000"}),
}


def _step(step: str, state: str, fields: dict[str, str]) -> None:
    @deed(f"POST /desk/{{slug}}/orders/{{number}}/{{step}} with step={step}")
    async def recipe(n: Neighbours, who: str) -> Deed:
        return Deed({"number": own((await n.stall_of(who).order(state)).number)}, fields=fields)


for one, (before, typed) in STEPS.items():
    _step(one, before, typed)
