"""Ten thousand bad bodies are each turned away with the right status, and leave nothing behind."""

import gc
import logging
import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.bot.channels.accounts import HELLO, SIDES
from tests.bot.channels.door import Door
from tests.survival.bad_bodies import Forger, Line

MANY = 10_000
FIRST = 1_000
SEED = 20260303
MOST_GROWTH = 16 * 1024 * 1024
"""Bytes; what grows by 2 kB a body is found."""


def resident() -> int:
    """Bytes of memory that this process has."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What is logged as an error; the 10,000 warnings are not kept."""
    found: list[str] = []

    class Errors(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    handler = Errors(logging.ERROR)
    root = logging.getLogger()
    root.addHandler(handler)
    logging.disable(logging.WARNING)
    yield found
    logging.disable(logging.NOTSET)
    root.removeHandler(handler)


async def turned_away(line: Line, forger: Forger, many: int) -> Counter[tuple[str, int]]:
    """Deliver so many; how often each kind got each status. Every status must be a right one."""
    met: Counter[tuple[str, int]] = Counter()
    for bad in islice(forger, many):
        status, body = await line.ask(bad.request(forger.side.path))
        assert status in bad.deserves, (bad.kind, status, bad.body[:200])
        assert body == b""
        met[bad.kind, status] += 1
    return met


@pytest.mark.parametrize("account", sorted(SIDES))
async def test_ten_thousand_bad_bodies_are_turned_away_and_leave_no_trace(account: str, faults: list[str]) -> None:
    many = MANY // len(SIDES) + 1
    async with Door(SIDES[account]) as door:
        line, forger = Line(door.port), Forger(SIDES[account], SEED)
        await turned_away(line, forger, FIRST)
        before = resident()
        met = await turned_away(line, forger, many - FIRST)
        assert resident() - before < MOST_GROWTH
        assert door.listener.heard == []
        assert len({kind for kind, _ in met}) >= 8
        assert (await door.say(HELLO)).status == 200
        line.close()
    assert faults == []
