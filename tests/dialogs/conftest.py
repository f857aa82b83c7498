"""The town each test of dialogs plays in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kit.town import Town, open_town


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A fresh town."""
    async with open_town(sqlite_url, tmp_path) as opened:
        yield opened
