"""A store whose clock stands still at nine in the morning."""

from collections.abc import AsyncIterator

import pytest

from storage.store import SqlStore
from tests.storage.talk import NOW


@pytest.fixture
async def talks(store_url: str) -> AsyncIterator[SqlStore]:
    """A fresh, migrated store on each database in turn; its business time is NOW."""
    opened = await SqlStore.open(store_url, clock=lambda: NOW)
    yield opened
    await opened.close()
