"""Stores in a certain condition: with a clock that stands still, full, and one packed into a backup."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.conftest import sqlite_url_of
from tests.storage.talk import NOW
from tests.storage.whole import Bar, fill


@pytest.fixture
async def talks(store_url: str) -> AsyncIterator[SqlStore]:
    """A fresh, migrated store on each database in turn; its business time is NOW."""
    opened = await SqlStore.open(store_url, clock=lambda: NOW)
    yield opened
    await opened.close()


@pytest.fixture
async def full(store: SqlStore, tmp_path: Path) -> SqlStore:
    """A store, on each database in turn, with something in every table; its files lie in `media`."""
    await fill(store, tmp_path / "media")
    return store


@pytest.fixture
async def archive(sqlite_template: Path, tmp_path: Path) -> Path:
    """A backup of such a store, with its files."""
    store = await SqlStore.open(sqlite_url_of(Path(shutil.copy(sqlite_template, tmp_path / "source.db"))))
    await fill(store, tmp_path / "source")
    await store.backup(tmp_path / "made.zip", Bar(), media=tmp_path / "source")
    await store.close()
    return tmp_path / "made.zip"
