"""A stage on either store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.stage import COLLEAGUES, Stage, stage


@pytest.fixture
async def play(store_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A demo that is on, over SQLite and PostgreSQL in turn."""
    async with stage(tmp_path, {"GRIDBELL_STORAGE__URL": store_url}) as on:
        yield on


@pytest.fixture
async def office(store_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The same with phones for leader, acceptor, checker, dispatcher and mediator."""
    async with stage(tmp_path, {"GRIDBELL_STORAGE__URL": store_url}, colleagues=COLLEAGUES) as on:
        yield on
