"""What went wrong is told apart by the databases' own codes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from asyncpg import PostgresConnectionError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bot.mishaps import Mishap, mishap_of
from cases.errors import Overtaken
from storage.engines import engines_for


class Deadlock(Exception):
    """What a driver says of a deadlock."""

    sqlstate = "40P01"


class BadValue(Exception):
    """What a driver says of a value that does not fit."""

    sqlstate = "22001"


@pytest.mark.parametrize(
    ("error", "mishap"),
    [
        (Overtaken("inbox"), Mishap.OVERTAKEN),
        (DBAPIError("", {}, Deadlock()), Mishap.OVERTAKEN),
        (ConnectionRefusedError(), Mishap.AWAY),
        (TimeoutError(), Mishap.AWAY),
        (PoolExhausted(), Mishap.AWAY),
        (PostgresConnectionError(), Mishap.AWAY),
        (OperationalError("", {}, Exception()), Mishap.AWAY),
        (DBAPIError("", {}, Exception(), connection_invalidated=True), Mishap.AWAY),
        (DBAPIError("", {}, BadValue()), Mishap.FAULT),
        (IntegrityError("", {}, Exception()), Mishap.FAULT),
        (ProgrammingError("", {}, Exception()), Mishap.FAULT),
        (KeyError("li"), Mishap.FAULT),
    ],
)
def test_what_to_do_follows_from_what_went_wrong(error: Exception, mishap: Mishap) -> None:
    assert mishap_of(error) is mishap


@pytest.mark.parametrize("statement", ["SELECT nope FROM inbox", "SELECT * FROM nope", "SELEC 1"])
async def test_a_wrong_statement_is_a_fault_on_every_store(store_url: str, statement: str) -> None:
    engines = engines_for(store_url)
    async with engines.writers.connect() as connection:
        with pytest.raises(DBAPIError) as wrong:
            await connection.execute(text(statement))
    await engines.close()
    assert mishap_of(wrong.value) is Mishap.FAULT


def busy(path: Path) -> sqlite3.Connection:
    """Somebody else writes."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE notes (words)")
    other.execute("BEGIN EXCLUSIVE")
    return other


def folder(path: Path) -> sqlite3.Connection:
    """No file at all."""
    path.mkdir()
    return sqlite3.connect(":memory:")


def other_file(path: Path) -> sqlite3.Connection:
    """A file, but no database."""
    path.write_bytes(b"no database" * 1000)
    return sqlite3.connect(":memory:")


@pytest.mark.parametrize("made", [busy, folder, other_file])
def test_a_file_that_can_not_be_used_is_a_store_that_is_away(
    tmp_path: Path, made: Callable[[Path], sqlite3.Connection]
) -> None:
    path = tmp_path / "store.db"
    with closing(made(path)):
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
        with pytest.raises(DBAPIError) as away, engine.connect() as connection:
            connection.execute(text("INSERT INTO notes VALUES ('x')"))
        engine.dispose()
    assert mishap_of(away.value) is Mishap.AWAY


def test_a_full_disk_is_a_store_that_is_away(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE notes (words)"))
        connection.execute(text("PRAGMA max_page_count = 2"))
        with pytest.raises(DBAPIError) as away:
            connection.execute(text("INSERT INTO notes VALUES (hex(zeroblob(100000)))"))
    engine.dispose()
    assert mishap_of(away.value) is Mishap.AWAY
