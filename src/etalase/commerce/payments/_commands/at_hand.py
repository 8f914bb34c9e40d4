"""The provider that needs no network: the seller takes the money with their own means.

Nobody can be asked: the payment waits for the seller's word, and refunds go by the seller's hand.
"""

from dataclasses import dataclass

from etalase.commerce.payments._commands.qris import for_amount
from etalase.commerce.payments._errors import MethodNotOffered
from etalase.commerce.payments._model.payment import Instructions, Method
from etalase.commerce.payments._model.provider import Charge, Destination, Report, Standing
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class AtHand:
    """The seller's own QRIS, bank account or hand."""

    destination: Destination

    async def start(self, charge: Charge) -> Report:
        """Say how to pay. Raises MethodNotOffered where the shop lacks what it takes."""
        if charge.method not in self.destination.methods():
            raise MethodNotOffered(method=charge.method)
        if charge.method is Method.QRIS_STATIC:
            how = Instructions(qr=for_amount(self.destination.qris_static or "", charge.due))
        elif charge.method is Method.BANK_TRANSFER:
            how = Instructions(
                bank=self.destination.bank, number=self.destination.number, holder=self.destination.holder
            )
        else:
            how = Instructions()
        return Report(Standing.PENDING, charge.due, how)

    async def ask(self, _reference: str) -> Report:
        """Know nothing: the seller will say."""
        return Report(Standing.PENDING)

    async def cancel(self, _reference: str) -> Report:
        """Be forgotten: nobody else knows of it."""
        return Report(Standing.CANCELLED)

    async def refund(self, _reference: str, _key: str, _amount: Money, _reason: str) -> bool:
        """Leave it to the seller's hand."""
        return False
