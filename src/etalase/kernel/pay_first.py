"""Who pays first at a shop: a word that shops say, and orders decide by."""

from enum import StrEnum


class PayFirst(StrEnum):
    """Who pays first: not on delivery, and within so many minutes. Each is wider than the one before."""

    NOBODY = "nobody"
    RECORD = "record"
    """Whose record with this operator speaks against them."""
    NEW = "new"
    """Also who has paid nothing with this operator of late."""
    EVERYBODY = "everybody"
