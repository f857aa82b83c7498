"""A terminal, and a log that is as it was after commands set it up for themselves."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gridbell.commands.terminal import Terminal, settle


@pytest.fixture
def log_as_it_was() -> Iterator[None]:
    """Commands take over the root logger, which outlives them in tests."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def bare_terminal(log_as_it_was: None, tmp_path: Path) -> Terminal:
    """A terminal with settings and nothing else."""
    return settle(tmp_path)


@pytest.fixture
def terminal(bare_terminal: Terminal, sqlite_url: str) -> Terminal:
    """A terminal with settings and an empty, migrated store."""
    return bare_terminal
