"""The post room each test of deliveries plays in, on each database in turn."""

from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.bot.postroom import PostRoom


@pytest.fixture
def room(store: SqlStore, tmp_path: Path) -> PostRoom:
    return PostRoom(store, tmp_path / "media")
