"""Nodes that migrate an empty database at the same time."""

from pathlib import Path

import pytest

from tests.kit.servers import PostgresServer
from tests.torture.migrating import migrated_at_once

ROUNDS = 5


@pytest.mark.long
async def test_three_nodes_may_migrate_at_once(postgres: PostgresServer, tmp_path: Path) -> None:
    for number in range(ROUNDS):
        assert await migrated_at_once(postgres, f"at_once_{number}", tmp_path) == []
