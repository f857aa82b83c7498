"""The schema: made by migrations, equal to the tables in the code, and safe when several nodes migrate at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage.columns import METADATA
from storage.engines import Engines, StoreUnreachable, engines_for
from storage.migrating import configuration
from storage.schema import MIGRATIONS, is_behind, known_revisions, newest_revision, revision_of, upgrade
from storage.store import SqlStore


@asynccontextmanager
async def engines_of(url: str) -> AsyncIterator[Engines]:
    engines = engines_for(url)
    try:
        yield engines
    finally:
        await engines.close()


async def revision(url: str) -> str | None:
    async with engines_of(url) as engines, engines.readers.connect() as connection:
        return await connection.run_sync(revision_of)


async def test_the_migrations_make_exactly_the_tables_of_the_code(store_url: str) -> None:
    async with engines_of(store_url) as engines, engines.writers.begin() as connection:
        await connection.run_sync(lambda sync: command.check(configuration(sync)))


async def test_every_name_of_a_constraint_and_index_is_the_one_in_the_code(store_url: str) -> None:
    def names(connection: Connection) -> set[str]:
        seen = inspect(connection)
        keys = {str(key["name"]) for table in METADATA.tables for key in seen.get_foreign_keys(table)}
        primary = {str(seen.get_pk_constraint(table)["name"]) for table in METADATA.tables}
        unique = {str(rule["name"]) for table in METADATA.tables for rule in seen.get_unique_constraints(table)}
        return keys | primary | unique

    async with engines_of(store_url) as engines, engines.readers.connect() as connection:
        found = await connection.run_sync(names)
    assert found == {str(rule.name) for table in METADATA.tables.values() for rule in table.constraints}


def test_the_files_names_give_the_revisions_that_alembic_finds_in_them() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert newest_revision() == scripts.get_current_head()
    assert known_revisions() == tuple(script.revision for script in scripts.walk_revisions())[::-1]


async def test_a_store_without_tables_asks_to_be_migrated(bare_url: str) -> None:
    store = await SqlStore.open(bare_url)
    with pytest.raises(StoreUnreachable, match="gridbell migrate"):
        await store.ready()
    await store.migrate()
    await store.ready()
    await store.close()


async def test_three_nodes_may_migrate_at_once(bare_url: str) -> None:
    nodes = [await SqlStore.open(bare_url) for _ in range(3)]
    await asyncio.gather(*(node.migrate() for node in nodes))
    await nodes[0].ready()
    for node in nodes:
        await node.close()
    assert await revision(bare_url) == newest_revision()


async def test_migrating_twice_changes_nothing(store: SqlStore, store_url: str) -> None:
    await store.migrate()
    await store.ready()
    assert await revision(store_url) == newest_revision()


async def test_a_migration_can_be_taken_back_and_made_again(store_url: str) -> None:
    async with engines_of(store_url) as engines:
        async with engines.writers.begin() as connection:
            await connection.run_sync(lambda sync: command.downgrade(configuration(sync), "base"))
        async with engines.readers.connect() as connection:
            left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        async with engines.writers.begin() as connection:
            await connection.run_sync(upgrade)
    assert left == ["alembic_version"]
    assert await revision(store_url) == newest_revision()


def test_a_store_newer_than_this_node_still_serves_it() -> None:
    assert not is_behind("9999")
    assert not is_behind(newest_revision())
    assert is_behind(None)
