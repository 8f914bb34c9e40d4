"""How the operator shapes the video."""

from dataclasses import dataclass

MIN_PART_SECONDS = 0.1
MAX_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
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
    max_waits_per_address: int = 1000

    def __post_init__(self) -> None:
        """Refuse lengths with which no playlist can be made, and a port that does not exist."""
        if not MIN_PART_SECONDS <= self.part_seconds <= self.segment_seconds <= self.window_seconds / 3:
            raise ValueError(
                "part_seconds, segment_seconds and a third of window_seconds must rise, from 0.1"
            )
        if self.reconnect_seconds < 0 or self.poster_seconds < 1:
            raise ValueError("reconnect_seconds must not be negative, poster_seconds at least 1")
        if self.max_megabits <= 0 or min(self.max_streams, self.max_waits_per_address) < 1:
            raise ValueError("max_megabits, max_streams, max_waits_per_address must be more than 0")
        if not 0 <= self.rtmp_port <= MAX_PORT:
            raise ValueError(f"{self.rtmp_port} is not a port")

    def list_ice_addresses(self) -> list[str]:
        """Return the addresses that WebRTC may bind to; none means each of the machine's own."""
        return [address.strip() for address in self.ice_addresses.split(",") if address.strip()]
