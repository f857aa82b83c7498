"""Three nodes that bring one empty database up to date at the same time."""

import asyncio
import os
from pathlib import Path

from gridbell.demo_accounts import keep_settings
from storage.store import SqlStore
from tests.journeys.nodes import PROGRAM
from tests.kit.servers import PostgresServer

AT_ONCE = 3


async def migrated_at_once(server: PostgresServer, name: str, folder: Path) -> list[str]:
    """What failed: the words of each process that did not end well, and of the store if it is not ready."""
    url = await asyncio.to_thread(server.create, name)
    config = keep_settings(folder, 1, 2)
    environ = {**os.environ, "GRIDBELL_STORAGE__URL": url}
    command = (*PROGRAM, "migrate", "--config", str(config))
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(*command, env=environ, stdout=pipe, stderr=pipe) for _ in range(AT_ONCE)
    ]
    said = await asyncio.gather(*[process.communicate() for process in processes])
    failed = [(out + err).decode() for (out, err), one in zip(said, processes, strict=True) if one.returncode != 0]
    store = await SqlStore.open(url)
    try:
        await store.ready()
        await store.try_write()
    finally:
        await store.close()
    return failed
