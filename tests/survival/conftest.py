"""The rooms that survival plays in."""

from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.bot.postroom import PostRoom


@pytest.fixture
def room(store: SqlStore, tmp_path: Path) -> PostRoom:
    """Where messages go out."""
    return PostRoom(store, tmp_path / "media")
