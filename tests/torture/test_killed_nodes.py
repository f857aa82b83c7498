"""`kill -9` of nodes under load: whatever was acknowledged is kept, once, and everybody hears of it.

How often a push is sent twice depends on how far a busy machine is behind with its records; `make torture`, which has
the machine for itself, holds it to its mark.
"""

from pathlib import Path

import pytest

from tests.torture.survival import survived

KILLS = {"kill-3": 12, "kill-2": 8, "kill-sqlite": 10}


@pytest.mark.long
async def test_thirty_killed_nodes_lose_nothing_and_nobody_sees_a_push_twice_where_the_platform_looks(
    tmp_path: Path,
) -> None:
    outcomes = await survived(KILLS, tmp_path)
    assert {name: one.found.shown_twice_wecom for name, one in outcomes.items()} == dict.fromkeys(KILLS, 0)
