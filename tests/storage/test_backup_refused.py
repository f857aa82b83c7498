"""Backups that can't be made or restored: a plain word on why, and nothing changed."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from storage.archive import BackupRefused, RestoreRefused
from storage.engines import StoreUnreachable
from storage.store import SqlStore
from tests.storage.samples import keep, new_case
from tests.storage.whole import Bar, everything

Change = Callable[[bytes], bytes | None]


def changed(archive: Path, name: str, change: Change) -> Path:
    """A copy of the backup in which that entry is another (or gone)."""
    copy = archive.with_name("changed.zip")
    with ZipFile(archive) as old, ZipFile(copy, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = change(old.read(entry)) if entry == name else old.read(entry)
            if content is not None:
                new.writestr(entry, content)
    return copy


def said(**values: object) -> Change:
    """A manifest that says something else."""
    return lambda old: json.dumps(json.loads(old) | values).encode()


async def refused(store: SqlStore, url: str, source: Path, words: str, media: Path | None) -> None:
    """Restoring that is refused with those words, and leaves no row behind."""
    with pytest.raises(RestoreRefused, match=words) as raised:
        await store.restore(source, Bar(), media=media)
    assert raised.value.words == str(raised.value)
    assert all(not kept for kept in (await everything(url)).values())


async def test_a_backup_never_replaces_a_file(full: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "day.zip").write_bytes(b"older")
    for dry_run in (True, False):
        with pytest.raises(BackupRefused, match="已经存在"):
            await full.backup(tmp_path / "day.zip", Bar(), dry_run=dry_run)
    assert (tmp_path / "day.zip").read_bytes() == b"older"


async def test_a_backup_needs_a_folder_to_lie_in(full: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="没有文件夹"):
        await full.backup(tmp_path / "nowhere" / "day.zip", Bar())


async def test_a_backup_that_cannot_be_written_leaves_nothing(full: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "day.zip.part").mkdir()
    with pytest.raises(BackupRefused, match="写不了备份文件"):
        await full.backup(tmp_path / "day.zip", Bar())
    assert not (tmp_path / "day.zip").exists()


async def test_a_backup_that_breaks_half_way_leaves_nothing(full: SqlStore, tmp_path: Path) -> None:
    def stopped(what: str, done: int, total: int) -> None:
        if (what, done) == ("cases", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await full.backup(tmp_path / "day.zip", stopped)
    assert [name for name in os.listdir(tmp_path) if name.startswith("day")] == []


async def test_a_backup_is_for_its_owner_only(archive: Path) -> None:
    assert stat.S_IMODE(os.stat(archive).st_mode) == 0o600


async def test_files_that_are_gone_are_named_and_the_rest_is_kept(
    full: SqlStore, tmp_path: Path, spare_url: str
) -> None:
    (tmp_path / "media" / "ab" / "photo-1.jpg").unlink()
    made = await full.backup(tmp_path / "day.zip", Bar(), media=tmp_path / "media")
    assert (made.files, made.missing) == (0, ["ab/photo-1.jpg"])
    other = await SqlStore.open(spare_url)
    found = await other.restore(tmp_path / "day.zip", Bar(), media=tmp_path / "restored")
    await other.close()
    assert found.missing == ["ab/photo-1.jpg"]
    assert (await everything(spare_url))["cases"] != []


async def test_a_store_that_was_not_migrated_is_neither_backed_up_nor_filled(
    bare_url: str, archive: Path, tmp_path: Path
) -> None:
    store = await SqlStore.open(bare_url)
    with pytest.raises(StoreUnreachable, match="gridbell migrate"):
        await store.backup(tmp_path / "day.zip", Bar())
    with pytest.raises(RestoreRefused, match="gridbell migrate"):
        await store.restore(archive, Bar(), media=tmp_path / "restored")
    await store.close()


async def test_only_an_empty_store_is_filled(store: SqlStore, store_url: str, archive: Path, tmp_path: Path) -> None:
    await keep(store, new_case("QC260303-0007"))
    before = await everything(store_url)
    for dry_run in (True, False):
        with pytest.raises(RestoreRefused, match="空数据库"):
            await store.restore(archive, Bar(), media=tmp_path / "restored", dry_run=dry_run)
    assert await everything(store_url) == before
    assert not (tmp_path / "restored").exists()


async def test_a_store_is_not_filled_twice(store: SqlStore, archive: Path, tmp_path: Path) -> None:
    await store.restore(archive, Bar(), media=tmp_path / "restored")
    with pytest.raises(RestoreRefused, match="空数据库"):
        await store.restore(archive, Bar(), media=tmp_path / "restored")


async def test_a_file_that_is_no_backup_is_refused(
    store: SqlStore, store_url: str, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.zip").write_text("这不是备份", encoding="utf-8")
    (tmp_path / "half.zip").write_bytes(content(archive)[:1000])
    with ZipFile(tmp_path / "photos.zip", "w") as other:
        other.writestr("photo.jpg", b"")
    await refused(store, store_url, tmp_path / "nothing.zip", "没有找到备份文件", None)
    await refused(store, store_url, tmp_path / "words.zip", "不是完整的备份文件", None)
    await refused(store, store_url, tmp_path / "half.zip", "不是完整的备份文件", None)
    await refused(store, store_url, tmp_path, "不是完整的备份文件", None)
    await refused(store, store_url, tmp_path / "photos.zip", "不是 gridbell 的备份文件", None)


def content(path: Path) -> bytes:
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("manifest.json", said(format="gridbell-backup-9"), "不是 gridbell 的备份文件"),
        ("manifest.json", said(revision="9999", version="9.9"), "请用 gridbell 9.9 恢复"),
        ("manifest.json", lambda old: old[:40], "不是 gridbell 的备份文件"),
        ("tables/cases.jsonl", lambda old: None, "cases 第 0 行"),
        ("tables/cases.jsonl", lambda old: old[:-20], "cases 第 1 行"),
        ("tables/cases.jsonl", lambda old: b"", "cases 应有 1 行，只有 0 行"),
        ("tables/cases.jsonl", lambda old: old + old, "cases 第 1 至 2 行放不进数据库"),
        ("tables/cases.jsonl", lambda old: old.replace(b"2026-03-03T", b"yesterday "), "cases 第 1 行"),
        ("tables/events.jsonl", lambda old: old.replace(b"QC260303-0001", b"QC260303-0002"), "events 第 1 至 1 行"),
        ("tables/words.jsonl", lambda old: old.replace(b'"salt":"', b'"salt":"?'), "words 第 1 行"),
        ("tables/grids.jsonl", lambda old: b"[]\n", "grids 第 1 行"),
        ("media/ab/photo-1.jpg", lambda old: None, "文件 ab/photo-1.jpg"),
        ("tables/media.jsonl", lambda old: old.replace(b"ab/photo", b"../photo"), "文件 ../photo-1.jpg"),
    ],
)
async def test_a_damaged_backup_is_refused_where_it_is_damaged(
    store: SqlStore, store_url: str, archive: Path, *, name: str, change: Change, words: str
) -> None:
    await refused(store, store_url, changed(archive, name, change), words, archive.with_name("restored"))


async def test_no_file_is_written_outside_of_the_media_folder(
    store: SqlStore, store_url: str, archive: Path, tmp_path: Path
) -> None:
    crooked = changed(archive, "tables/media.jsonl", lambda old: old.replace(b"ab/photo", b"../photo"))
    with ZipFile(crooked, "a") as added:
        added.writestr("media/../photo-1.jpg", b"crooked")
    await refused(store, store_url, crooked, "文件 ../photo-1.jpg", tmp_path / "restored")
    assert not (tmp_path / "photo-1.jpg").exists()


async def test_flipped_bytes_are_noticed(store: SqlStore, store_url: str, archive: Path, tmp_path: Path) -> None:
    with ZipFile(archive) as entries:
        start = entries.getinfo("tables/cases.jsonl").header_offset + 80
    whole = bytearray(content(archive))
    whole[start : start + 8] = b"\xff" * 8
    (tmp_path / "flipped.zip").write_bytes(whole)
    await refused(store, store_url, tmp_path / "flipped.zip", "已损坏", tmp_path / "restored")


async def test_files_need_a_folder_they_can_be_written_to(
    store: SqlStore, store_url: str, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    await refused(store, store_url, archive, "请说明放到哪个文件夹", None)
    await refused(store, store_url, archive, "写不了文件", tmp_path / "taken")
