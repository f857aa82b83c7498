"""What a node leans on is tried until it answers; meanwhile it is among the warnings."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from gridbell.around import Trial, look_around
from gridbell.sharing import redis_trial
from tests.kit.servers import ValkeyServer, free_port


def saying(amiss: dict[str, str], *words: str) -> tuple[Trial, list[dict[str, str]]]:
    """A trial with these results one after another, and what was amiss whenever it was made."""
    left: Iterator[str] = iter(words)
    seen: list[dict[str, str]] = []

    async def trial() -> str:
        seen.append(dict(amiss))
        return next(left)

    return trial, seen


async def test_what_is_away_is_a_warning_until_it_answers_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    amiss: dict[str, str] = {}
    redis, seen = saying(amiss, "用不了", "还是用不了", "")
    well, _ = saying(amiss, "")
    with caplog.at_level(logging.INFO):
        await look_around({"redis": redis, "wechat:main": well}, amiss, pause=0)
    assert seen == [{}, {"redis": "用不了"}, {"redis": "还是用不了"}]
    assert amiss == {}
    told = [(record.levelname, record.message, record.__dict__["channel"]) for record in caplog.records]
    assert told == [
        ("WARNING", "redis or a platform is away", "redis"),
        ("INFO", "redis or a platform is back", "redis"),
    ]


async def test_a_trial_that_breaks_is_a_fault_in_the_log_and_ends_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken() -> str:
        raise ValueError("secret words")

    await look_around({"wechat:main": broken}, {}, pause=0)
    (record,) = caplog.records
    assert "ValueError" in record.__dict__["fault"]
    assert "secret words" not in str(record.__dict__)


async def test_a_redis_that_comes_back_is_no_longer_amiss() -> None:
    port, amiss = free_port(), dict[str, str]()
    looking = asyncio.create_task(look_around({"redis": lambda: redis_trial(f"redis://127.0.0.1:{port}/0")}, amiss, 0))
    async with asyncio.timeout(30):
        while not amiss:
            await redis_trial(f"redis://127.0.0.1:{port}/0")
        server = await asyncio.to_thread(ValkeyServer, port)
        await looking
    server.close()
    assert amiss == {}
