"""How the store is connected to: drivers, session settings, pools, and words for when it is not there."""

import logging
import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from asyncpg import InterfaceError, PostgresError
from sqlalchemy import URL, Connection, ExceptionContext, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.columns import to_json
from storage.refusals import BUSY, SILENT, refusal_of

SQLITE = "sqlite+aiosqlite"
POSTGRES = "postgresql+asyncpg"
READERS = 4
"""Read-only SQLite connections a process; writes have one connection, since SQLite has one writer."""
POSTGRES_CONNECTIONS = 12
CONNECT_SECONDS = 5
"""How long a connection may take; a platform's callback must be answered within 5 s anyway."""
COMMAND_SECONDS = 12
"""How long a statement may take as seen from here: a server that hangs keeps no limit of its own. More than its limit,
so that a slow statement is ended by the server, in order."""
SQLITE_SETTINGS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-1000",  # KiB a connection, of which there are five; what is beyond, the system has in its own cache
)
POSTGRES_SETTINGS = {
    "application_name": "gridbell",
    "timezone": "UTC",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
PLAIN: Mapping[str, Any] = {"hide_parameters": True, "json_serializer": to_json, "json_deserializer": orjson.loads}
"""What all engines have: errors without values, and quick JSON."""
NO_LIMITS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
AWAY = (OSError, SQLAlchemyError, PostgresError, InterfaceError)
"""What the drivers raise when the store can't be reached (TimeoutError is an OSError)."""
VALUES = re.compile(r"\nDETAIL:.*|(?<=invalid input for query argument )(\$\d+).*", re.DOTALL)
"""Where the driver's messages quote values: what follows is cut off."""
EXAMPLES = f"例如：{SQLITE}:///gridbell.db 或 {POSTGRES}://用户:密码@主机:5432/库名。"


class StoreUnreachable(Exception):
    """The store can't be used; `words` says in Chinese why and what to mend, without a password."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class StoreBusy(StoreUnreachable):
    """The store can't be written now, since another program writes."""


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A SQLite file, and which one it was when it was opened."""

    path: Path
    identity: tuple[int, int]

    def is_there(self) -> bool:
        """Whether the path still leads to it: what is written to a file that was moved away is lost to everyone."""
        try:
            return identity_of(self.path) == self.identity
        except OSError:
            return False


def identity_of(path: Path) -> tuple[int, int]:
    """Device and inode. Raises OSError."""
    found = os.stat(path)
    return found.st_dev, found.st_ino


@dataclass(frozen=True, slots=True)
class Engines:
    """Where connections come from. On PostgreSQL readers and writers draw from one pool.

    `patient` ones have no limit of time, for what takes as long as it takes: migration, backup and restore.
    """

    writers: AsyncEngine
    readers: AsyncEngine
    patient_writers: AsyncEngine
    patient_readers: AsyncEngine
    file: DatabaseFile | None = None

    async def close(self) -> None:
        """Give all connections back."""
        await self.writers.dispose()
        await self.readers.dispose()
        await self.patient_writers.dispose()


def engines_for(url: str) -> Engines:
    """Engines for a store's URL; no server is asked yet. Raises StoreUnreachable if the URL or file is no store's."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreUnreachable("数据库地址写得不对，请检查配置 [storage] url。" + EXAMPLES) from None
    match parsed.drivername:
        case "sqlite+aiosqlite":
            return _sqlite(parsed)
        case "postgresql+asyncpg":
            return _postgres(parsed)
    raise StoreUnreachable(f"不支持的数据库类型“{parsed.drivername}”，请检查配置 [storage] url。" + EXAMPLES)


def why(url: str, away: BaseException) -> str:
    """In Chinese, why the store at that URL can't be used and what to mend; without the password."""
    reason = str(getattr(away, "orig", None) or away) or type(away).__name__
    shown = make_url(url).render_as_string(hide_password=True)
    if (refused := refusal_of(away)) not in (None, SILENT):
        return f"用不了数据库 {shown}（{reason}）。{refused}"
    mend = "请确认数据库已启动，并检查配置 [storage] url 里的地址、用户名和密码。"
    return f"连不上数据库 {shown}（{reason}）。{mend}"


def _sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise StoreUnreachable("SQLite 需要一个文件名（不能用内存数据库），请检查配置 [storage] url。" + EXAMPLES)
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        words = f"建不了数据库所在的文件夹 {folder}：{refused.strerror}。请检查路径和权限。"
        raise StoreUnreachable(words) from refused
    file = _checked_file(url.database)
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # below that, it tells the values of each statement
    writers = create_async_engine(url, **PLAIN, pool_size=1, max_overflow=0)
    readers = create_async_engine(url, **PLAIN, pool_size=READERS, max_overflow=0)
    _prepare(writers, "BEGIN IMMEDIATE", SQLITE_SETTINGS)
    _prepare(readers, "BEGIN", (*SQLITE_SETTINGS, "query_only=ON"))
    return Engines(writers, readers, writers, readers, file)


def _checked_file(file: str) -> DatabaseFile:
    """Opening it once by the plain driver gives the reason at once, and leaves no thread behind when it fails."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA schema_version")
        return DatabaseFile(Path(file), identity_of(Path(file)))
    except (sqlite3.Error, OSError) as refused:
        mend = "请检查路径和权限；它必须是 gridbell 的数据库，不能是文件夹或别的文件。"
        mend = BUSY if refusal_of(refused) == BUSY else mend
        raise StoreUnreachable(f"打不开数据库文件 {file}（{refused}）。{mend}") from refused


def _prepare(engine: AsyncEngine, begin: str, settings: tuple[str, ...]) -> None:
    """SQLite's own driver begins too late (lost updates), so transactions are begun by our own statement."""

    def connected(connection: Any, record: object) -> None:
        try:
            connection.isolation_level = None
            cursor = connection.cursor()
            for setting in settings:
                cursor.execute(f"PRAGMA {setting}")
            cursor.close()
        except BaseException:  # not a database, or busy: nobody else closes it, and its thread would outlive us
            connection.close()
            raise

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)


def _without_values(fault: ExceptionContext) -> None:
    """PostgreSQL's errors quote rows and arguments, and nobody's words may end up in a log."""
    here: BaseException | None = fault.original_exception
    while here is not None:
        if isinstance(here, PostgresError):
            here.detail = None
        _cut(here)
        here = here.__cause__
    if fault.sqlalchemy_exception is not None:
        _cut(fault.sqlalchemy_exception)


def _cut(fault: BaseException) -> None:
    fault.args = tuple(VALUES.sub(r"\1", part) if isinstance(part, str) else part for part in fault.args)


def _postgres(url: URL) -> Engines:
    connect = {"timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS, "server_settings": POSTGRES_SETTINGS}
    writers = create_async_engine(
        url,
        **PLAIN,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        connect_args=connect,
    )
    unlimited = {"timeout": CONNECT_SECONDS, "server_settings": POSTGRES_SETTINGS | NO_LIMITS}
    patient = create_async_engine(url, **PLAIN, poolclass=NullPool, connect_args=unlimited)
    for engine in (writers, patient):
        event.listen(engine.sync_engine, "handle_error", _without_values)
    return Engines(writers, _reading(writers), patient, _reading(patient))


def _reading(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(postgresql_readonly=True)
