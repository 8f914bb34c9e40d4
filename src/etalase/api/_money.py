"""Money as the API writes it: whole minor units under a name in `_minor`, and the currency beside or around.

For the rupiah the unit is the rupiah itself, as in `kernel.money` and in the room's protocol.
"""

from typing import Annotated

import msgspec

Minor = Annotated[int, msgspec.Meta(description="Whole rupiah.", examples=[89_000])]
Currency = Annotated[str, msgspec.Meta(description="ISO 4217.", examples=["IDR"])]
