"""The store itself: opening it, units of work that are kept whole or not at all, and silence about values."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ResourceClosedError

from dialogs.engine.deliveries import Media, Pushes
from dialogs.engine.ports import Store
from storage.engines import StoreUnreachable, engines_for
from storage.store import SqlStore
from tests.kit.servers import free_port
from tests.storage.samples import LI, NOON, keep, new_case, rows

SECRET = "村口的灯不亮"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(url)
    try:
        yield store
    finally:
        await store.close()


def parts(store: SqlStore) -> tuple[Store, Pushes, Media]:
    """The store as the rooms below and beside see it: mypy compares each signature with its port."""
    return store, store.pushes, store.media


async def test_the_store_is_what_the_ports_ask_for(store: SqlStore) -> None:
    whole, pushes, media = parts(store)
    async with whole.work(readonly=True) as work:
        assert await work.cases.get("QC260303-0001") is None
    assert list(await pushes.pauses(NOON)) == []
    assert await media.get("nothing") is None


async def test_work_left_without_commit_is_rolled_back(store: SqlStore) -> None:
    async with store.work() as work:
        await work.cases.add(new_case("QC260303-0001"))
    async with store.work(readonly=True) as work:
        assert await work.cases.get("QC260303-0001") is None


async def test_work_that_breaks_is_rolled_back_and_the_next_goes_on(store: SqlStore) -> None:
    async def broken() -> None:
        async with store.work() as work:
            await work.cases.add(new_case("QC260303-0001"))
            raise ValueError("broken")

    for _ in range(12):  # more than there are connections
        with pytest.raises(ValueError, match="broken"):
            await broken()
    await keep(store, new_case("QC260303-0001"))


async def test_work_given_up_half_way_is_rolled_back_and_its_connection_comes_back(store: SqlStore) -> None:
    async def endless(started: asyncio.Event) -> None:
        async with store.work() as work:
            await work.cases.add(new_case("QC260303-0001"))
            started.set()
            await asyncio.Event().wait()

    for _ in range(12):
        started = asyncio.Event()
        task = asyncio.create_task(endless(started))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await keep(store, new_case("QC260303-0001"))


async def test_after_commit_a_unit_of_work_is_over(store: SqlStore) -> None:
    async with store.work() as work:
        await work.commit()
        with pytest.raises(ResourceClosedError):
            await work.cases.get("QC260303-0001")


async def test_a_readonly_unit_of_work_cannot_write(store: SqlStore) -> None:
    async with store.work(readonly=True) as work:
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await work.cases.add(new_case("QC260303-0001"))
    await keep(store, new_case("QC260303-0001"))


async def test_readers_do_not_wait_for_a_writer_and_see_nothing_unfinished(store: SqlStore) -> None:
    async with store.work() as writer:
        await writer.cases.add(new_case("QC260303-0001"))
        async with store.work(readonly=True) as reader:
            assert await reader.cases.get("QC260303-0001") is None
        await writer.commit()
    async with store.work(readonly=True) as reader:
        assert await reader.cases.get("QC260303-0001") is not None


async def test_what_one_node_commits_the_other_sees(store: SqlStore, store_url: str) -> None:
    async with opened(store_url) as node:
        await keep(node, new_case("QC260303-0001"))
    async with store.work(readonly=True) as work:
        assert await work.cases.get("QC260303-0001") is not None


async def test_sqlite_is_set_to_lose_nothing(sqlite_url: str) -> None:
    async with rows(sqlite_url) as connection:
        found = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        ]
    assert found == ["wal", 2, 5000, 1]


async def test_postgresql_ends_statements_and_transactions_that_hang(postgres_url: str) -> None:
    async with rows(postgres_url) as connection:
        found = [
            (await connection.execute(text(f"SHOW {name}"))).scalar_one()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "tcp_keepalives_idle", "timezone")
        ]
    assert found[:2] == ["10s", "15s"]
    assert found[3] == "UTC"


async def test_no_value_is_told_by_an_error_or_a_log(store_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    statement = text('INSERT INTO bindings (channel, "user", person) VALUES (:channel, :user, :person)')
    with pytest.raises(IntegrityError) as raised:
        async with rows(store_url) as connection:
            await connection.execute(statement, {"channel": SECRET, "user": LI.user, "person": 999})
    assert told(raised.value) & {SECRET, LI.user} == set()
    assert SECRET not in caplog.text
    assert LI.user not in caplog.text


async def test_no_argument_of_a_wrong_type_is_told(postgres_url: str) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with rows(postgres_url) as connection:
            await connection.execute(text("SELECT CAST(:number AS integer)"), {"number": SECRET})
    assert told(raised.value) & {SECRET} == set()
    assert "invalid input for query argument $1" in str(raised.value)


def told(fault: BaseException | None) -> set[str]:
    """Which of the secrets the error or what caused it speaks of."""
    words = ""
    while fault is not None:
        words += str(fault) + repr(fault)
        fault = fault.__cause__
    return {secret for secret in (SECRET, LI.user) if secret in words}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gridbell.db", "数据库地址写得不对"),
        ("mysql://gridbell:geheim@localhost/gridbell", "不支持的数据库类型“mysql”"),
        ("sqlite+aiosqlite://", "需要一个文件名"),
        ("sqlite+aiosqlite:///:memory:", "需要一个文件名"),
    ],
)
async def test_a_url_that_is_no_stores_is_refused_with_an_example(url: str, words: str) -> None:
    with pytest.raises(StoreUnreachable, match=words) as raised:
        engines_for(url)
    assert "例如" in raised.value.words
    assert "geheim" not in raised.value.words


async def test_a_server_that_is_away_is_named_without_its_password() -> None:
    url = f"postgresql+asyncpg://gridbell:geheim@127.0.0.1:{free_port()}/gridbell"
    with pytest.raises(StoreUnreachable, match="请确认数据库已启动") as raised:
        await SqlStore.open(url)
    assert "geheim" not in str(raised.value)
    assert "127.0.0.1" in str(raised.value)


async def test_a_database_that_does_not_exist_is_said_plainly(postgres_url: str) -> None:
    with pytest.raises(StoreUnreachable, match="nowhere"):
        await SqlStore.open(postgres_url.rpartition("/")[0] + "/nowhere")


async def test_a_file_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreUnreachable, match="建不了数据库所在的文件夹"):
        await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'gridbell.db'}")
    with pytest.raises(StoreUnreachable, match="打不开数据库文件"):
        await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path}")


async def test_a_file_that_is_no_database_is_said_plainly(tmp_path: Path) -> None:
    path = tmp_path / "gridbell.db"
    path.write_bytes(b"this is no database at all, but long enough to have a head" * 50)
    with pytest.raises(StoreUnreachable, match="打不开数据库文件"):
        await SqlStore.open(f"sqlite+aiosqlite:///{path}")


async def test_the_folder_of_a_new_store_is_made(tmp_path: Path) -> None:
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/deep/down/gridbell.db") as store:
        await store.migrate()
        await store.ready()
    assert (tmp_path / "deep" / "down" / "gridbell.db").is_file()


async def test_a_server_that_went_away_is_not_ready(postgres_url: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres")
    async with opened(postgres_url) as store:
        await store.ready()
        name = postgres_url.rpartition("/")[2]
        await server.order(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await server.order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
        with pytest.raises(StoreUnreachable, match="没有应答"):
            await store.ready()
        await server.order(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await store.ready()
