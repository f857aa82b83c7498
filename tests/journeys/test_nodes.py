"""`gridbell run` as it runs in a county: processes on PostgreSQL and Redis, their logs, and how they end."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gridbell.demo_accounts import AUNT_LI, WANG_HAI
from tests.conftest import migrate
from tests.journeys.nodes import County, county
from tests.journeys.stage import PIN
from tests.kit.servers import PostgresServer, ValkeyServer, free_port

PHONE = "13800001234"
WORDS = "桥头小卖部门前的路灯坏了"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def shared(url: str, redis: str, folder: Path) -> dict[str, str]:
    """What all nodes of a county share."""
    storage = {"URL": url, "REDIS_URL": redis, "MEDIA": str(folder / "media")}
    return {f"GRIDBELL_STORAGE__{name}": value for name, value in storage.items()}


async def reports(place: County) -> None:
    """Report a lamp, with a telephone number; then the officer sees and signs it."""
    said = place.phones.says
    assert "哪一类" in await said("citizen", WORDS)
    assert "在哪里" in await said("citizen", "1")
    assert "照片" in await said("citizen", PIN)
    assert "回电号码" in await said("citizen", "0")
    assert "确认提交吗" in await said("citizen", PHONE)
    assert "编号 YX" in await said("citizen", "确认")
    await said("citizen", "不答了")
    assert "已签收" in await said("officer", "签收 0001")
    assert "签收" in await said("citizen", "0001")


async def test_two_nodes_share_a_conversation_and_log_nothing_personal(
    postgres_url: str, valkey_url: str, valkey: ValkeyServer, tmp_path: Path
) -> None:
    async with county(tmp_path, shared(postgres_url, valkey_url, tmp_path), many=2) as place:
        await reports(place)
        assert valkey.ask(b"KEYS gridbell:token:*").startswith(b"*")
        for node in place.nodes:
            assert await node.ready() == (200, {"ready": True, "warnings": {}})
            node.told_to_stop()
            assert await node.end() == 0
    for node in place.nodes:
        assert node.callbacks >= 3
        assert node.lines[-1]["message"] == "stopping"
        assert not any(line["logger"].startswith("alembic") for line in node.lines)
        for secret in (PHONE, WORDS, "路灯", AUNT_LI, WANG_HAI, "李婶", "王海", "桥头"):
            assert secret not in node.raw


async def test_a_turn_in_flight_is_ended_and_answered_before_the_process_ends(
    postgres_url: str, valkey_url: str, tmp_path: Path
) -> None:
    holder = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    try:
        async with county(tmp_path, shared(postgres_url, valkey_url, tmp_path), many=1) as place:
            (node,) = place.nodes
            held = holder.transaction()
            await held.start()
            await holder.execute("LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE")
            saying = asyncio.create_task(place.phones.says("citizen", "上报"))
            async with asyncio.timeout(4):
                while not await holder.fetchval(WAITING):
                    pass
            node.told_to_stop()
            await node.logs(lambda line: line["message"] == "stopping")
            await held.rollback()
            assert "什么问题" in await saying
            assert await node.end() == 0
            assert await holder.fetchval("SELECT count(*) FROM inbox WHERE reply IS NOT NULL") == 1
    finally:
        await holder.close()


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """The server with all its processes stands still, as on a machine that hangs."""
    family = [server.process.pid, *children(server.process.pid)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)


def children(parent: int) -> list[int]:
    """The processes that it started."""
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    return [int(stat.split()[0]) for stat in stats if int(stat.rpartition(")")[2].split()[1]) == parent]


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server of this test alone."""
    server = PostgresServer()
    yield server
    server.close()


async def test_a_server_that_hangs_makes_a_node_unready_and_does_not_keep_it_from_ending(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    url = own_postgres.url("postgres")
    await migrate(url)
    environ = {"GRIDBELL_STORAGE__URL": url, "GRIDBELL_STORAGE__MEDIA": str(tmp_path / "media")}
    async with county(tmp_path, environ, many=1) as place:
        (node,) = place.nodes
        assert (await node.ready())[0] == 200
        with frozen(own_postgres):
            async with asyncio.timeout(10):
                assert (await node.ready())[0] == 503
            node.told_to_stop()
            await node.end()
    (line,) = [line for line in node.lines if line["message"] == "not ready"]
    assert "TimeoutError" in line["fault"]


def is_away(line: Mapping[str, Any], words: str) -> bool:
    """Whether that line says so of what is told with these words."""
    return line["message"] == "redis or a platform is away" and words in line["reason"]


async def test_what_is_away_is_a_warning_of_a_node_that_serves(sqlite_url: str, tmp_path: Path) -> None:
    redis = f"redis://127.0.0.1:{free_port()}/0"
    environ = shared(sqlite_url, redis, tmp_path)
    environ["GRIDBELL_WECHAT__DEMO__API_BASE"] = f"http://127.0.0.1:{free_port()}"
    async with county(tmp_path, environ, many=1) as place:
        (node,) = place.nodes
        for words in ("用不了", "取不到访问凭证"):
            line = await node.logs(partial(is_away, words=words))
            assert line["level"] == "WARNING"
        status, told = await node.ready()
        assert (status, sorted(told["warnings"])) == (200, ["redis", "wechat:demo"])
        node.told_to_stop()
        assert await node.end() == 0
