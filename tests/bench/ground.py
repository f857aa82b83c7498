"""Where figures are taken: a real PostgreSQL, fresh databases, and a core for the bot alone."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from storage.store import SqlStore
from tests.kit.servers import LOCAL, USER, PostgresServer, apart
from tests.kit.town import Town, open_town


@dataclass
class Ground:
    """The port of a PostgreSQL that keeps what it says it keeps, a folder, and the core that is the bot's."""

    port: int
    core: int
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="gridbell-bench-")))
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def stores(self) -> Mapping[str, str]:
        """An empty store of each kind, by its name: the URL."""
        file = self.folder / f"bench{next(self._numbers)}.db"
        return {"SQLite": f"sqlite+aiosqlite:///{file}", "PostgreSQL": self._database()}

    def _database(self) -> str:
        name = f"{self.folder.name}_{next(self._numbers)}"
        apart(_create(self.port, name))
        return f"postgresql+asyncpg://{USER}@{LOCAL}:{self.port}/{name}"

    def close(self) -> None:
        """Leave nothing in the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


async def _create(port: int, name: str) -> None:
    connection = await asyncpg.connect(host=LOCAL, port=port, user=USER, database="postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


@asynccontextmanager
async def town_at(url: str, folder: Path) -> AsyncIterator[Town]:
    """A small town over that empty store, in this process."""
    store = await SqlStore.open(url)
    await store.migrate()
    await store.close()
    async with open_town(url, folder) as town:
        yield town


@contextmanager
def open_ground() -> Iterator[Ground]:
    """The first of our cores is the bot's; this process, the load and the database leave it, where there is another."""
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others or [first])
    server = PostgresServer(fsync=True)
    ground = Ground(server.port, first)
    try:
        yield ground
    finally:
        ground.close()
        server.close()
