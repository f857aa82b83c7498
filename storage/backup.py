"""Backup and restore: the whole store into one file that any store can be filled from, at one instant."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Column, Table, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.archive import ArchiveReader, ArchiveWriter, Contents, RestoreRefused, check_free, reading, writing
from storage.columns import METADATA, is_postgres
from storage.engines import Engines, StoreUnreachable
from storage.refusals import refusal_of
from storage.schema import NOT_MIGRATED, is_behind, newest_revision, revision_of
from storage.talk_tables import MEDIA

AT_ONCE = 500
"""Rows read or written by one statement."""
FILES = "media files"
Progress = Callable[[str, int, int], None]
"""Called with a table's name (or `media files`), how many are done, and how many there are."""


async def back_up(
    engines: Engines, to: Path, progress: Progress, *, media: Path | None = None, dry_run: bool = False
) -> Contents:
    """Write all rows, and the fetched files of the media folder if one is named, as they were at one instant.

    A dry run reads and counts, and writes nothing. Raises BackupRefused, or StoreUnreachable when the tables are old.
    """
    check_free(to)
    async with snapshot(engines) as connection:
        revision = await connection.run_sync(revision_of)
        if revision is None or is_behind(revision):
            raise StoreUnreachable(NOT_MIGRATED)
        rows = {table.name: await _count(connection, table) for table in METADATA.sorted_tables}
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        contents = Contents(version("gridbell"), revision, made_at, rows, files=0)
        with nullcontext() if dry_run else writing(to) as archive:
            for table in METADATA.sorted_tables:
                await _read_table(connection, table, rows[table.name], progress, archive)
            if media is not None:
                contents = await _read_files(connection, contents, media, progress, archive)
            if archive is not None:
                archive.manifest(contents)
    return contents


@asynccontextmanager
async def snapshot(engines: Engines) -> AsyncIterator[AsyncConnection]:
    """A connection that sees the store as it was when it first read, for as long as it takes."""
    async with engines.patient_readers.connect() as connection:
        if is_postgres(connection.dialect):
            await connection.execution_options(isolation_level="REPEATABLE READ")
        await connection.begin()
        yield connection


async def _count(connection: AsyncConnection, table: Table) -> int:
    counted: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    return counted


async def _read_table(
    connection: AsyncConnection, table: Table, total: int, progress: Progress, archive: ArchiveWriter | None
) -> None:
    done, names = 0, [column.name for column in table.columns]
    progress(table.name, done, total)
    with nullcontext() if archive is None else archive.table(table) as put:
        rows = await connection.stream(select(table).order_by(*table.primary_key.columns))
        async for batch in rows.partitions(AT_ONCE):
            if put is not None:
                put(dict(zip(names, row, strict=True)) for row in batch)
            done += len(batch)
            progress(table.name, done, total)


async def _paths(connection: AsyncConnection) -> list[str]:
    kept = select(MEDIA.c.path).where(MEDIA.c.state == "kept").distinct().order_by(MEDIA.c.path)
    return [path for path in (await connection.execute(kept)).scalars() if path]


async def _read_files(
    connection: AsyncConnection, contents: Contents, media: Path, progress: Progress, archive: ArchiveWriter | None
) -> Contents:
    paths, missing = await _paths(connection), []
    for done, path in enumerate(paths, start=1):
        found = (media / path).is_file() if archive is None else archive.file(path, media / path)
        if not found:
            missing.append(path)
        progress(FILES, done, len(paths))
    return replace(contents, files=len(paths) - len(missing), missing=missing)


async def restore(
    engines: Engines, source: Path, progress: Progress, *, media: Path | None = None, dry_run: bool = False
) -> Contents:
    """Fill an empty, migrated store from a backup, all of it or nothing; its files go into the media folder.

    A dry run does the same and takes it back. Raises RestoreRefused.
    """
    with reading(source) as archive:
        async with engines.patient_writers.begin() as connection:
            await _fits(connection, archive.contents)
            for table in METADATA.sorted_tables:
                await _write_table(connection, table, archive, progress)
            if archive.contents.files:
                await _write_files(connection, archive, media, progress, dry_run=dry_run)
            if dry_run:
                await connection.rollback()
            else:
                await _continue_ids(connection)
    return archive.contents


async def _fits(connection: AsyncConnection, contents: Contents) -> None:
    if await connection.run_sync(revision_of) != newest_revision():
        raise RestoreRefused(NOT_MIGRATED)
    if contents.revision != newest_revision():
        raise RestoreRefused(
            f"备份的数据版本是 {contents.revision}，这里是 {newest_revision()}。"
            f"请用 gridbell {contents.version} 恢复，再升级到这个版本。"
        )
    for table in METADATA.sorted_tables:
        if await _count(connection, table):
            raise RestoreRefused(
                "数据库里已经有数据，只能恢复到空数据库。请新建一个数据库，运行 gridbell migrate 后再恢复。"
            )


async def _write_table(connection: AsyncConnection, table: Table, archive: ArchiveReader, progress: Progress) -> None:
    total, done = archive.contents.rows.get(table.name, 0), 0
    progress(table.name, done, total)
    for batch in archive.rows(table, AT_ONCE):
        try:
            await connection.execute(table.insert(), batch)
        except SQLAlchemyError as refused:
            if refusal_of(refused):  # it is the database that refuses, not the row
                raise
            words = f"{table.name} 第 {done + 1} 至 {done + len(batch)} 行放不进数据库，请换一份备份。"
            raise RestoreRefused(words) from refused
        done += len(batch)
        progress(table.name, done, total)
    if done != total:
        raise RestoreRefused(f"备份文件不完整：{table.name} 应有 {total} 行，只有 {done} 行。请换一份备份。")


async def _write_files(
    connection: AsyncConnection, archive: ArchiveReader, media: Path | None, progress: Progress, *, dry_run: bool
) -> None:
    if media is None:
        raise RestoreRefused("备份里有照片等文件，请说明放到哪个文件夹（配置 [storage] media）。")
    paths = [path for path in await _paths(connection) if path not in archive.contents.missing]
    for done, path in enumerate(paths, start=1):
        archive.file(path, None if dry_run else media)
        progress(FILES, done, len(paths))


async def _continue_ids(connection: AsyncConnection) -> None:
    """On PostgreSQL, let ids go on after those that were restored; SQLite does so by itself."""
    if not is_postgres(connection.dialect):
        return
    for column in numbered().values():
        sequence = func.pg_get_serial_sequence(column.table.name, column.name)
        last = select(func.max(column)).scalar_subquery()
        await connection.execute(select(func.setval(sequence, last)).where(last.is_not(None)))


def numbered() -> Mapping[str, Column[int]]:
    """The columns whose numbers the database gives, by table."""
    columns = {table.name: table.autoincrement_column for table in METADATA.sorted_tables}
    return {name: column for name, column in columns.items() if column is not None}
