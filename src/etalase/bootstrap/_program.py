"""The settings of the whole program, and of every context."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from etalase import bridge
from etalase.commerce import catalog, inventory, orders, payments
from etalase.platform import connections, mail
from etalase.platform.db import is_dsn
from etalase.platform.logs import LogFormat
from etalase.platform.settings import SettingsInvalid, load, read_file, variable_name
from etalase.social import media, rooms
from etalase.web import _security

PlaneChoice = Literal["both", "social", "commerce"]
MAX_PORT = 65535
MIN_SECRET_LENGTH = 32


@dataclass(frozen=True)
class Program:
    """What concerns every part."""

    plane: PlaneChoice = "both"
    host: str = "127.0.0.1"
    port: int = 8000
    commerce_port: int = 8001
    data_dir: Path = Path("var")
    development: bool = False
    secret_key: str = ""
    bridge_key: str = ""
    evidence_key: str = ""
    rulebook: str = "open"
    rulebooks_dir: str = ""
    social_dsn: str = ""
    commerce_dsn: str = ""
    social_direct_dsn: str = ""
    commerce_direct_dsn: str = ""
    social_url: str = ""
    commerce_url: str = ""
    log_format: LogFormat = "text"

    def __post_init__(self) -> None:
        """Refuse ports that do not exist, a folder that is a file, and keys too short to be secret."""
        for name in ("port", "commerce_port"):
            if not 0 <= getattr(self, name) <= MAX_PORT:
                raise ValueError(f"{name} must be from 0 to {MAX_PORT}, not {getattr(self, name)}")
        _refuse_file(self.data_dir)
        if self.rulebooks_dir and not Path(self.rulebooks_dir).is_dir():
            raise ValueError(f"rulebooks_dir must be a folder, and {self.rulebooks_dir} is none")
        for name in ("social_dsn", "commerce_dsn", "social_direct_dsn", "commerce_direct_dsn"):
            if (dsn := getattr(self, name)) and not is_dsn(dsn):
                raise ValueError(f"{name} must look like postgresql://role:password@host:5432/database")
        for plane in ("social", "commerce"):
            if getattr(self, f"{plane}_direct_dsn") and not getattr(self, f"{plane}_dsn"):
                raise ValueError(f"{plane}_direct_dsn goes around a pooler: name that in {plane}_dsn")
        for name in ("secret_key", "bridge_key", "evidence_key"):
            if 0 < len(getattr(self, name)) < MIN_SECRET_LENGTH:
                raise ValueError(f"{name} must have at least {MIN_SECRET_LENGTH} characters")


def _refuse_file(folder: Path) -> None:
    """Raise ValueError where a file stands in the data folder's way."""
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise ValueError(f"data_dir must be a folder, and {part} is none")


SECTIONS: dict[str, type[Any]] = {
    "": Program,
    "bridge": bridge.BridgeSettings,
    "catalog": catalog.CatalogSettings,
    "inventory": inventory.InventorySettings,
    "mail": mail.MailSettings,
    "media": media.MediaSettings,
    "orders": orders.OrderSettings,
    "payments": payments.PaymentSettings,
    "rooms": rooms.RoomSettings,
    "security": _security.SecuritySettings,
    "server": connections.ServerSettings,
    **payments.provider_sections(),
}


@dataclass(frozen=True)
class Settings:
    """The program's settings and each section's; those of the payment providers by the section's name."""

    program: Program
    bridge: bridge.BridgeSettings
    catalog: catalog.CatalogSettings
    inventory: inventory.InventorySettings
    mail: mail.MailSettings
    media: media.MediaSettings
    orders: orders.OrderSettings
    payments: payments.PaymentSettings
    rooms: rooms.RoomSettings
    security: _security.SecuritySettings
    server: connections.ServerSettings
    providers: Mapping[str, Any]


def load_settings(
    environment: Mapping[str, str] | None = None, file: Path | None = None, **overrides: Any
) -> Settings:
    """Read and check every setting. `overrides` are the command line's, and win.

    Raises SettingsInvalid with a line for each problem.
    """
    given = dict(os.environ if environment is None else environment)
    for name, value in overrides.items():
        if value is not None:
            given[f"ETALASE_{name.upper()}"] = str(value)
    sections = load(SECTIONS, given, read_file(file or Path("etalase.toml")))
    try:
        sections["payments"] = payments.choose_providers(sections)
    except ValueError as error:
        raise SettingsInvalid([f"{variable_name('payments', str(error).split()[0])}: {error}"]) from error
    providers = {name: sections.pop(name) for name in payments.provider_sections()}
    return Settings(program=sections.pop(""), providers=providers, **sections)


def secret_of(program: Program, name: str) -> str:
    """Return the secret of this name: set, or made once and kept in the data folder for its owner only.

    Raises SettingsInvalid where the folder's file is cut short.
    """
    given: str = getattr(program, name)
    if given:
        return given
    path = program.data_dir / name
    if not path.exists():
        _make_secret(path)
    kept = path.read_text(encoding="ascii").strip()
    if len(kept) < MIN_SECRET_LENGTH:
        message = (
            f"ETALASE_{name.upper()}: {path} is empty or cut short; restore it, or delete it for a new one"
        )
        raise SettingsInvalid([message])
    return kept


def _make_secret(path: Path) -> None:
    """Write a new secret; it gets its name whole, and where another process was faster, its secret stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(written, path)
    finally:
        Path(written).unlink()
