"""How to pay where no provider is needed: the seller takes the money with their own means.

Nobody can be asked: the payment waits for the seller's word, and refunds go by the seller's hand.
"""

from dataclasses import dataclass

from etalase.commerce.payments._commands.qris import for_amount
from etalase.commerce.payments._errors import MethodNotOffered
from etalase.commerce.payments._model.method import Method
from etalase.commerce.payments._model.payment import Instructions
from etalase.commerce.payments._model.provider import Charge, Destination, Report, Standing


@dataclass(frozen=True, slots=True)
class AtHand:
    """The seller's own QRIS, bank account or hand."""

    destination: Destination

    async def start(self, charge: Charge) -> Report:
        """Say how to pay. Raises MethodNotOffered where the shop lacks what it takes."""
        if charge.method not in self.destination.methods():
            raise MethodNotOffered(method=str(charge.method))
        if charge.method == Method.QRIS_STATIC:
            how = Instructions(qr=for_amount(self.destination.qris_static or "", charge.due))
        elif charge.method == Method.BANK_TRANSFER:
            how = Instructions(
                bank=self.destination.bank, number=self.destination.number, holder=self.destination.holder
            )
        else:
            how = Instructions()
        return Report(Standing.PENDING, charge.due, how)
