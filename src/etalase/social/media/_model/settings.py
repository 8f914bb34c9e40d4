"""How the operator shapes the video."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The video's limits and addresses; `docs/settings.md` explains each one."""

    rtmp_enabled: bool = True
    rtmp_host: str = "127.0.0.1"
    rtmp_port: int = 1935
    rtmp_public_url: str = ""
    ice_addresses: str = ""
    part_seconds: float = 0.2
    segment_seconds: float = 1.0
    window_seconds: float = 30.0
    reconnect_seconds: float = 60.0
    poster_seconds: float = 10.0
    max_megabits: float = 12.0
    max_streams: int = 50

    def list_ice_addresses(self) -> list[str]:
        """Return the addresses that WebRTC may bind to; none means each of the machine's own."""
        return [address.strip() for address in self.ice_addresses.split(",") if address.strip()]
