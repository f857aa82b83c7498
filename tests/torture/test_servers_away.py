"""PostgreSQL that crashes, Valkey that forgets and dies: slower, and nothing lost."""

from pathlib import Path

import pytest

from tests.torture.survival import survived


@pytest.mark.long
async def test_servers_that_crash_forget_and_die_under_load_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    await survived({"postgres": 2, "valkey": 8}, tmp_path)
