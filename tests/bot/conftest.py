"""The rooms that tests of the front door play in, on each database in turn."""

from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.bot.counting_store import CountingStore
from tests.bot.lobby import Lobby
from tests.bot.postroom import PostRoom


@pytest.fixture
def room(store: SqlStore, tmp_path: Path) -> PostRoom:
    """Where messages go out."""
    return PostRoom(store, tmp_path / "media")


@pytest.fixture
def lobby(store: SqlStore) -> Lobby:
    """Where messages come in."""
    return Lobby(CountingStore(store))
