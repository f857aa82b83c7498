"""A store that cannot be written, is busy, or was moved away says so; and a fault of our own is not put off on it."""

import asyncio
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engines import StoreBusy, StoreUnreachable, engines_for
from storage.store import SqlStore
from tests.conftest import sqlite_url_of
from tests.kit.servers import PostgresServer
from tests.storage.samples import rows
from tests.storage.test_store import opened

WRITE_VERSION = 18
"""The byte of a SQLite file that says which versions may write it; 3 is one that nobody knows, so it is read-only."""


def made_read_only(url: str) -> str:
    """The same SQLite store, which nobody can write any more, not even root."""
    with Path(url.partition(":///")[2]).open("r+b") as file:
        file.seek(WRITE_VERSION)
        file.write(b"\x03")
    return url


async def test_a_store_that_can_be_written_is_tried_without_a_trace(store: SqlStore, store_url: str) -> None:
    await store.try_write()
    async with rows(store_url) as connection:
        assert (await connection.execute(text("SELECT count(*) FROM county_state"))).scalar_one() == 0


async def test_a_file_that_is_read_only_can_be_read_but_says_that_it_cannot_be_written(sqlite_url: str) -> None:
    async with opened(made_read_only(sqlite_url)) as store:
        await store.ready()
        with pytest.raises(StoreUnreachable, match="只能读，不能写"):
            await store.try_write()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can be written beyond its first page, as on a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_found_out_though_there_is_nothing_to_write(sqlite_url: str) -> None:
    async with opened(sqlite_url) as store:
        with full_disk():
            await store.ready()
            with pytest.raises(StoreUnreachable, match="磁盘空间"):
                await store.try_write()
        await store.try_write()


async def test_a_standby_says_that_it_cannot_be_written(postgres: PostgresServer, postgres_url: str) -> None:
    name = postgres_url.rpartition("/")[2]
    await postgres.order(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    async with opened(postgres_url) as store:
        await store.ready()
        with pytest.raises(StoreUnreachable, match="指向主库"):
            await store.try_write()


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_file_that_was_moved_away_while_it_was_open_is_missed(
    sqlite_url: str, sqlite_template: Path, replaced: bool
) -> None:
    file = Path(sqlite_url.partition(":///")[2])
    async with opened(sqlite_url) as store:
        await store.try_write()
        shutil.move(file, file.with_name("moved.db"))
        if replaced:
            shutil.copy(sqlite_template, file)
        with pytest.raises(StoreUnreachable, match="已被移走或换掉"):
            await store.try_write()


async def test_while_another_program_writes_a_store_is_opened_and_read_and_said_to_be_busy(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.partition(":///")[2], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(4), opened(sqlite_url) as store:  # less than a writer waits for another
            await store.ready()
        async with opened(sqlite_url) as store:
            with pytest.raises(StoreBusy, match="另一个程序正在写"):
                await store.try_write()


async def test_what_takes_long_has_no_limit_of_time(postgres_url: str) -> None:
    engines = engines_for(postgres_url)
    try:
        for engine, limit in ((engines.readers, "10s"), (engines.patient_readers, "0"), (engines.patient_writers, "0")):
            async with engine.connect() as connection:
                assert (await connection.execute(text("SHOW statement_timeout"))).scalar_one() == limit
    finally:
        await engines.close()


async def test_a_file_that_another_program_keeps_to_itself_is_busy_and_not_broken(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "kept.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE one (id)")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnreachable, match="另一个程序正在写"):
            await SqlStore.open(sqlite_url_of(tmp_path / "kept.db"))
