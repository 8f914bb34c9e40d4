"""What an operator may set about products. No I/O."""

from dataclasses import dataclass
from ipaddress import ip_network


@dataclass(frozen=True)
class CatalogSettings:
    """How large a file of products may be, how many photos it may name, and where those may lie.

    `photo_networks` are networks with commas between, such as 10.1.0.0/16, from which photos are fetched
    besides public addresses.
    """

    import_max_bytes: int = 25_000_000
    import_max_rows: int = 50_000
    import_max_photos: int = 5_000
    photo_networks: str = ""

    def __post_init__(self) -> None:
        if self.import_max_bytes < 1 or self.import_max_rows < 1 or self.import_max_photos < 0:
            raise ValueError("import_max_bytes and import_max_rows must be above zero")
        for network in self.networks:
            ip_network(network)

    @property
    def networks(self) -> tuple[str, ...]:
        """Return the networks one by one."""
        return tuple(part.strip() for part in self.photo_networks.split(",") if part.strip())
