"""Making, checking, saving and restoring a store by command."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import create_engine

from storage.talk_tables import MEDIA
from tests.gridbell.commands.terminal import Terminal, settle
from tests.gridbell.commands.test_imports import FILES

PHOTO = b"\xff\xd8 a photo"
PHOTO_ROW = {
    "key": "one",
    "channel": "wechat:main",
    "media_id": "m1",
    "kind": "photo",
    "state": "kept",
    "path": "26/03/one.jpg",
    "content_type": "image/jpeg",
    "size": len(PHOTO),
    "reason": "",
    "wished_at": datetime(2026, 3, 3, 1, tzinfo=UTC),
    "fence": 1,
    "attempts": 1,
}


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    """A terminal whose store has the demo county and one photo."""
    for what, file in FILES:
        terminal.typed(what, "import", file)
    (terminal.folder / "media" / "26" / "03").mkdir(parents=True)
    (terminal.folder / "media" / "26" / "03" / "one.jpg").write_bytes(PHOTO)
    (terminal.folder / "media" / "forgotten.jpg").write_bytes(b"nobody knows this file")
    engine = create_engine(f"sqlite:///{terminal.folder / 'gridbell.db'}")
    with engine.begin() as connection:
        connection.execute(MEDIA.insert().values(PHOTO_ROW))
    engine.dispose()
    return terminal


@pytest.fixture
def elsewhere(tmp_path: Path, log_as_it_was: None) -> Terminal:
    """Another terminal with an empty store."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    terminal = settle(folder)
    terminal.typed("migrate")
    return terminal


def test_migrate_makes_the_store_once(bare_terminal: Terminal) -> None:
    assert bare_terminal.typed("migrate") == "数据库的表已更新到这个版本。\n"
    assert "people" in bare_terminal.rows()
    assert bare_terminal.typed("migrate") == "数据库的表已经是最新的，不用更新。\n"
    assert bare_terminal.typed("migrate", "--dry-run") == "数据库的表已经是最新的，不用更新。\n"


def test_a_dry_migration_makes_no_file(bare_terminal: Terminal) -> None:
    assert "将新建数据库文件" in bare_terminal.typed("migrate", "--dry-run")
    assert not (bare_terminal.folder / "gridbell.db").exists()


def test_a_dry_migration_of_a_store_without_tables_makes_none(bare_terminal: Terminal) -> None:
    (bare_terminal.folder / "gridbell.db").touch()
    assert "需要更新" in bare_terminal.typed("migrate", "--dry-run")
    assert bare_terminal.rows() == {}


def test_a_backup_is_restored_elsewhere_row_by_row_with_its_photos(filled: Terminal, elsewhere: Terminal) -> None:
    file = filled.folder / "backup.zip"
    told = filled.typed("backup", file)
    assert told.startswith(f"已备份到 {file}：人员 20，单位 58，网格 36，媒体文件 1，")
    assert file.stat().st_mode & 0o077 == 0
    assert elsewhere.typed("restore", file).startswith("已恢复 backup.zip（20")
    assert elsewhere.rows() == filled.rows()
    assert (elsewhere.folder / "media" / "26" / "03" / "one.jpg").read_bytes() == PHOTO
    assert not (elsewhere.folder / "media" / "forgotten.jpg").exists()


def test_a_backup_into_a_folder_names_itself_after_county_and_time(filled: Terminal) -> None:
    filled.typed("backup", filled.folder)
    (file,) = filled.folder.glob("gridbell-990101-20*.zip")
    with ZipFile(file) as archive:
        assert json.loads(archive.read("manifest.json"))["rows"]["people"] == 20


def test_dry_runs_of_backup_and_restore_change_nothing(filled: Terminal, elsewhere: Terminal) -> None:
    file = filled.folder / "backup.zip"
    assert filled.typed("backup", file, "--dry-run").startswith("试运行：会备份人员 20，")
    assert not file.exists()
    filled.typed("backup", file)
    before = elsewhere.rows()
    assert elsewhere.typed("restore", file, "--dry-run").startswith("试运行：会恢复 backup.zip")
    assert elsewhere.rows() == before
    assert not (elsewhere.folder / "media").exists()


def test_a_photo_that_is_gone_is_named_and_the_rest_saved(filled: Terminal, elsewhere: Terminal) -> None:
    (filled.folder / "media" / "26" / "03" / "one.jpg").unlink()
    file = filled.folder / "backup.zip"
    assert "有 1 个文件在媒体文件夹里找不到：26/03/one.jpg。" in filled.typed("backup", file)
    assert "有 1 个文件做备份时就找不到：26/03/one.jpg。" in elsewhere.typed("restore", file)


def test_an_old_backup_is_never_overwritten(filled: Terminal) -> None:
    file = filled.folder / "backup.zip"
    file.write_bytes(b"old")
    result = filled.type("backup", file)
    assert result.exit_code == 1
    assert "已经存在" in result.stderr
    assert file.read_bytes() == b"old"


def test_a_store_that_holds_something_is_never_overwritten(filled: Terminal) -> None:
    file = filled.folder / "backup.zip"
    filled.typed("backup", file)
    before = filled.rows()
    result = filled.type("restore", file)
    assert result.exit_code == 1
    assert "只能恢复到空数据库" in result.stderr
    assert filled.rows() == before


@pytest.mark.parametrize("content", [b"", b"not a zip", None])
def test_what_is_no_backup_is_refused(elsewhere: Terminal, content: bytes | None) -> None:
    file = elsewhere.folder / "backup.zip"
    if content is not None:
        file.write_bytes(content)
    before = elsewhere.rows()
    result = elsewhere.type("restore", file)
    assert result.exit_code == 1
    assert "备份" in result.stderr
    assert elsewhere.rows() == before


def test_a_broken_backup_changes_nothing(filled: Terminal, elsewhere: Terminal) -> None:
    file = filled.folder / "backup.zip"
    filled.typed("backup", file)
    raw = bytearray(file.read_bytes())
    middle = raw.index(b"tables/posts.jsonl") + 60
    raw[middle : middle + 20] = b"\0" * 20
    file.write_bytes(raw)
    before = elsewhere.rows()
    result = elsewhere.type("restore", file)
    assert result.exit_code == 1
    assert "损坏" in result.stderr
    assert elsewhere.rows() == before
