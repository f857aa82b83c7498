"""The hall each test of the case room plays in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cases.county import Hall, open_hall


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    opened = await open_hall(tmp_path)
    yield opened
    await opened.connection.close()
    await opened.engine.dispose()
