"""The only wiring: settings -> pools -> contexts -> ASGI app of one or both planes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PlaneChoice = Literal["both", "social", "commerce"]


@dataclass(frozen=True)
class Program:
    """Settings of the whole program."""

    plane: PlaneChoice = "both"
    host: str = "127.0.0.1"
    port: int = 8000
    commerce_port: int = 8001
    data_dir: Path = Path("var")
    development: bool = False
    secret_key: str = ""
    rulebook: str = "open"
    social_dsn: str = ""
    commerce_dsn: str = ""
    social_url: str = ""
    commerce_url: str = ""
    log_format: Literal["text", "json"] = "text"


SECTIONS: dict[str, type] = {"": Program}
