"""What the drivers say reaches an admin in words, unless it is a fault of our own."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gridbell.opening import plain_refusals
from storage.engines import StoreUnreachable
from storage.store import SqlStore
from tests.kit.servers import PostgresServer
from tests.storage.samples import rows


async def cut_off(store: SqlStore, server: PostgresServer) -> None:
    """Lose the connection in the midst of a unit of work."""
    with plain_refusals():
        async with store.work() as work:
            await work.people.units()
            await server.order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ~ '^test_'")
            await work.people.units()


async def test_a_connection_that_breaks_half_way_is_said_plainly(
    postgres_store: SqlStore, postgres: PostgresServer
) -> None:
    with pytest.raises(StoreUnreachable, match="连接断了"):
        await cut_off(postgres_store, postgres)


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "SELEKT 1"])
async def test_a_wrong_statement_of_ours_stays_a_fault(store_url: str, statement: str) -> None:
    with pytest.raises(DBAPIError), plain_refusals():
        async with rows(store_url) as connection:
            await connection.execute(text(statement))
