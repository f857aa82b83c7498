"""Backup and restore: what one store held, another holds after it, whichever database lies beneath."""

import asyncio
import os
from pathlib import Path
from zipfile import ZipFile

from cases.people import Person
from dialogs.engine.messages import Outgoing, Reply
from storage.store import SqlStore
from tests.storage.samples import LI, NOON, WANG, keep, new_case
from tests.storage.whole import PHOTO, Bar, everything


async def test_every_table_has_something_to_back_up(full: SqlStore, store_url: str) -> None:
    assert [name for name, found in (await everything(store_url)).items() if not found] == []


async def test_what_one_store_held_another_holds_after_it(
    full: SqlStore, store_url: str, spare_url: str, tmp_path: Path
) -> None:
    other = await SqlStore.open(spare_url)
    try:
        made = await full.backup(tmp_path / "day.zip", Bar(), media=tmp_path / "media")
        found = await other.restore(tmp_path / "day.zip", Bar(), media=tmp_path / "restored")
    finally:
        await other.close()
    assert await everything(spare_url) == await everything(store_url)
    assert (tmp_path / "restored" / "ab" / "photo-1.jpg").read_bytes() == PHOTO
    assert (found.rows, found.files, found.revision) == (made.rows, 1, made.revision)


async def test_a_restored_store_goes_on_counting(archive: Path, store: SqlStore, tmp_path: Path) -> None:
    await store.restore(archive, Bar(), media=tmp_path / "media")
    async with store.work() as work:
        assert await work.cases.number("QC", NOON.date()) == "QC260303-0002"
        assert (await work.people.add(Person(0, "赵", ()))).id == 2
        assert (await work.help_requests.open(WANG, NOON)).id == 2
        await work.outbox.put([Outgoing("o3", WANG, Reply("新的"))])
        await work.people.wrong_code(WANG, NOON)
        await work.commit()


async def test_progress_is_told_for_each_table_up_to_its_end(full: SqlStore, store_url: str, tmp_path: Path) -> None:
    bar = Bar()
    made = await full.backup(tmp_path / "day.zip", bar, media=tmp_path / "media")
    last = {what: (done, total) for what, done, total in bar.told}
    assert last == {name: (count, count) for name, count in made.rows.items()} | {"media files": (1, 1)}
    assert dict(made.rows) == {name: len(found) for name, found in (await everything(store_url)).items()}


async def test_a_dry_backup_counts_and_writes_nothing(full: SqlStore, tmp_path: Path) -> None:
    dry = await full.backup(tmp_path / "day.zip", Bar(), media=tmp_path / "media", dry_run=True)
    assert [name for name in os.listdir(tmp_path) if name.startswith("day")] == []
    wet = await full.backup(tmp_path / "day.zip", Bar(), media=tmp_path / "media")
    assert (dry.rows, dry.files) == (wet.rows, wet.files)


async def test_a_dry_restore_reads_all_and_changes_nothing(
    archive: Path, store: SqlStore, store_url: str, tmp_path: Path
) -> None:
    bar = Bar()
    found = await store.restore(archive, bar, media=tmp_path / "restored", dry_run=True)
    assert found.rows["cases"] == 1
    assert ("media files", 1, 1) in bar.told
    assert all(not kept for kept in (await everything(store_url)).values())
    assert not (tmp_path / "restored").exists()
    await store.restore(archive, Bar(), media=tmp_path / "restored")
    async with store.work() as work:
        assert (await work.people.add(Person(0, "赵", ()))).id == 2


async def test_a_backup_shows_one_instant_though_people_go_on_writing(full: SqlStore, tmp_path: Path) -> None:
    class Busy(Bar):
        """While the backup runs, somebody files a case."""

        def __init__(self) -> None:
            super().__init__()
            self.filed: asyncio.Task[None] | None = None

        def __call__(self, what: str, done: int, total: int) -> None:
            super().__call__(what, done, total)
            if self.filed is None:
                self.filed = asyncio.create_task(keep(full, new_case("QC260303-0002")))

    busy = Busy()
    made = await full.backup(tmp_path / "day.zip", busy)
    assert busy.filed is not None
    await busy.filed
    assert (made.rows["cases"], made.rows["events"]) == (1, 1)
    assert lines(tmp_path / "day.zip", "cases") == lines(tmp_path / "day.zip", "events") == 1
    assert (await full.backup(tmp_path / "later.zip", Bar())).rows["cases"] == 2


def lines(path: Path, table: str) -> int:
    with ZipFile(path) as archive:
        return len(archive.read(f"tables/{table}.jsonl").splitlines())


async def test_a_large_table_is_read_and_written_in_pieces(
    store: SqlStore, spare_url: str, store_url: str, tmp_path: Path
) -> None:
    async with store.work() as work:
        await work.outbox.put(Outgoing(f"o{n}", LI, Reply("你好")) for n in range(1234))
        await work.commit()
    read, written = Bar(), Bar()
    await store.backup(tmp_path / "day.zip", read)
    other = await SqlStore.open(spare_url)
    await other.restore(tmp_path / "day.zip", written)
    await other.close()
    pieces = [0, 500, 1000, 1234]
    assert [done for what, done, _ in read.told if what == "outbox"] == pieces
    assert [done for what, done, _ in written.told if what == "outbox"] == pieces
    assert await everything(spare_url) == await everything(store_url)
