"""Stores and servers for every test, and the watch over the network."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.kit.loopback import Watch
from tests.kit.servers import PostgresServer, ValkeyServer, apart

TEMPLATE = "gridbell_template"
WATCH = Watch()
NUMBERS = count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: workers often wait for the servers that they ask."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first: one worker has them one after another while the others do the rest."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


async def migrate(url: str) -> None:
    store = await SqlStore.open(url)
    await store.migrate()
    await store.close()


def sqlite_url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine() -> Iterator[None]:
    """Fails a test that tried to reach another host, even if the code under test swallowed the refusal."""
    WATCH.take()
    yield
    assert WATCH.take() == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL a session (and a worker), with a migrated template database."""
    server = PostgresServer()
    try:
        apart(migrate(server.create(TEMPLATE)))
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """One Valkey a session (and a worker)."""
    server = ValkeyServer()
    yield server
    server.close()


@pytest.fixture
def valkey_url(valkey: ValkeyServer) -> str:
    """The URL of an empty Valkey."""
    assert valkey.ask(b"FLUSHALL") == b"+OK\r\n"
    return valkey.url


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"test_{next(NUMBERS)}"
    yield postgres.create(name, TEMPLATE)
    postgres.drop(name)


@pytest.fixture
def bare_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database without tables."""
    name = f"bare_{next(NUMBERS)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    apart(migrate(sqlite_url_of(path)))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    return sqlite_url_of(Path(shutil.copy(sqlite_template, tmp_path / "gridbell.db")))


@pytest.fixture
def bare_sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return sqlite_url_of(tmp_path / "bare.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated store, on each database in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def spare_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """The URL of one more fresh, migrated store beside the test's own, on each database in turn."""
    if request.param == "sqlite":
        yield sqlite_url_of(Path(shutil.copy(sqlite_template, tmp_path / "spare.db")))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{next(NUMBERS)}"
    yield server.create(name, TEMPLATE)
    server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest) -> str:
    """The URL of a store without tables, on each database in turn."""
    url: str = request.getfixturevalue("bare_sqlite_url" if request.param == "sqlite" else "bare_postgres_url")
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    """A fresh, migrated store, on each database in turn."""
    opened = await SqlStore.open(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[SqlStore]:
    """A fresh, migrated store on PostgreSQL, for what only a store with several writers can show."""
    opened = await SqlStore.open(postgres_url)
    yield opened
    await opened.close()
