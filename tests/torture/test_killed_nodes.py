"""`kill -9` of nodes under load: whatever was acknowledged is kept, once, and everybody hears of it."""

from pathlib import Path

from tests.torture.survival import survived

KILLS = {"kill-3": 12, "kill-2": 8, "kill-sqlite": 10}
MOST_TWICE = 0.5
"""Sends too many a kill."""


async def test_thirty_killed_nodes_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    outcomes = await survived(KILLS, tmp_path)
    assert sum(one.found.twice for one in outcomes.values()) <= MOST_TWICE * sum(KILLS.values()), outcomes
