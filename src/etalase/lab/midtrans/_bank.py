"""A pretend bank app: what a visitor of the demo sees after scanning the QR.

Each page says that it is one.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from etalase.lab.midtrans._book import Refused, Transaction
from etalase.lab.midtrans._simulator import Simulator

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")),
    autoescape=select_autoescape(),
    trim_blocks=True,
)
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def _rupiah(minor: int) -> str:
    return f"Rp {minor:,}".replace(",", ".")


_pages.filters["rupiah"] = _rupiah


def _page(name: str, simulator: Simulator, *, status: int = 200, **facts: Any) -> Response[str]:
    body = _pages.get_template(name).render(facts | {"now": simulator.config.clock.now()})
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return Response(body, media_type="text/html", status_code=status, headers=headers)


@get("/bank.css")
async def style() -> Response[str]:
    """Return how the bank app looks."""
    text = Path(__file__).with_name("pages").joinpath("bank.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css")


@get(["/", "/bank"])
async def home(simulator: NamedDependency[Simulator]) -> Response[str]:
    """List what waits to be paid, newest first."""
    simulator.expire_due()
    waiting = [found for found in simulator.book.by_id.values() if found.status == "pending"]
    return _page("home.html", simulator, waiting=waiting[::-1][:20])


@get("/bank/{transaction_id:str}")
async def bill(transaction_id: FromPath[str], simulator: NamedDependency[Simulator]) -> Response[str]:
    """Show one bill, with a button to pay it."""
    simulator.expire_due()
    transaction = _find(simulator, transaction_id)
    if transaction is None:
        return _page("home.html", simulator, status=404, waiting=[], unknown=True)
    return _page("bill.html", simulator, transaction=transaction)


@post("/bank/{transaction_id:str}/pay")
async def pay(transaction_id: FromPath[str], simulator: NamedDependency[Simulator]) -> Redirect:
    """Pay it, with nothing."""
    transaction = _find(simulator, transaction_id)
    if transaction is not None and transaction.status == "pending":
        try:
            simulator.pay(transaction)
        except Refused:
            return Redirect(f"/bank/{transaction_id}", status_code=303)
    return Redirect(f"/bank/{transaction_id}", status_code=303)


def _find(simulator: Simulator, transaction_id: str) -> Transaction | None:
    return simulator.book.by_id.get(transaction_id)


BANK = (style, home, bill, pay)
