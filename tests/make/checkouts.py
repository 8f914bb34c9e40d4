"""What a buyer types at the checkout, and what its form carries besides."""

import re
from html import unescape

CONTACT = {
    "email": "dewi@example.com",
    "recipient": "Dewi Lestari",
    "phone": "0812-9876-5432",
    "street": "Jl. Margonda Raya 100",
    "postcode": "16421",
}
TYPED = CONTACT | {"place": "Beji, Kota Depok, Jawa Barat"}
"""As a page takes it."""
DOCUMENT = CONTACT | {"place_code": "327606"}
"""As the API takes it."""
_HIDDEN = re.compile(r'<input\s+type="hidden"\s+name="(checkout_key|line|seen)"\s+value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """Return what the form carries unseen."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}
