"""The backup file: a zip with one JSON-lines file a table, the media files and a manifest, the same for every store."""

import base64
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sqlalchemy import Date, LargeBinary, Table

from storage.columns import Seconds, UtcDateTime
from storage.overlays import OverlayJson, dumped, loaded

FORMAT = "gridbell-backup-1"
MANIFEST = "manifest.json"
OWNER_ONLY = 0o600
"""A backup holds people's words and phones."""
BROKEN = (BadZipFile, EOFError, KeyError, RuntimeError, TypeError, ValueError, zlib.error)
"""What reading a damaged backup raises (UnicodeDecodeError and JSONDecodeError are ValueErrors, an encrypted entry is a
RuntimeError)."""


class BackupRefused(Exception):
    """The backup can't be made; `words` says in Chinese why and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class RestoreRefused(Exception):
    """The backup can't be restored, and the store is as it was; `words` says in Chinese why and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: who made it when, the schema's revision, rows by table and media files; `missing` are files
    that the store knows but the media folder had not."""

    version: str
    revision: str
    made_at: str
    rows: Mapping[str, int]
    files: int
    missing: Sequence[str] = ()


def _bytes_of(letters: str) -> bytes:
    return base64.b64decode(letters, validate=True)


Row = Mapping[str, Any]
Way = Callable[[Any], Any]


def ways(table: Table) -> Mapping[str, tuple[Way, Way]]:
    """How values that JSON doesn't know are written and read back, by column."""
    found: dict[str, tuple[Way, Way]] = {}
    for column in table.columns:
        match column.type:
            case UtcDateTime():
                found[column.name] = (datetime.isoformat, datetime.fromisoformat)
            case Date():
                found[column.name] = (date.isoformat, date.fromisoformat)
            case OverlayJson():
                found[column.name] = (dumped, loaded)
            case Seconds():
                found[column.name] = (timedelta.total_seconds, lambda value: timedelta(seconds=value))
            case LargeBinary():
                found[column.name] = (lambda value: base64.b64encode(value).decode("ascii"), _bytes_of)
    return found


def _lines(table: Table, rows: Iterable[Row]) -> bytes:
    known = ways(table)
    lines = []
    for row in rows:
        values = {
            name: known[name][0](value) if name in known and value is not None else value for name, value in row.items()
        }
        lines.append(json.dumps(values, separators=(",", ":")) + "\n")
    return "".join(lines).encode("ascii")


def _row(table: Table, known: Mapping[str, tuple[Way, Way]], line: bytes) -> Row:
    values = json.loads(line)
    return {
        column.name: known[column.name][1](values[column.name])
        if column.name in known and values[column.name] is not None
        else values[column.name]
        for column in table.columns
    }


def _entry(table: Table) -> str:
    return f"tables/{table.name}.jsonl"


class ArchiveWriter:
    """A backup being made. Open it with `writing`."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def table(self, table: Table) -> Iterator[Callable[[Iterable[Row]], None]]:
        """A function that adds rows of that table; one table at a time."""
        with self._archive.open(ZipInfo(_entry(table)), "w", force_zip64=True) as stream:
            yield lambda rows: _written(stream, _lines(table, rows))

    def file(self, path: str, source: Path) -> bool:
        """Add a media file; False when it isn't there."""
        if not source.is_file():
            return False
        self._archive.write(source, f"media/{path}", ZIP_STORED)
        return True

    def manifest(self, contents: Contents) -> None:
        """Add the manifest, last."""
        kept = {"format": FORMAT} | asdict(contents)
        self._archive.writestr(MANIFEST, json.dumps(kept, ensure_ascii=False, indent=2))


def _written(stream: IO[bytes], lines: bytes) -> None:
    stream.write(lines)


@contextmanager
def writing(to: Path) -> Iterator[ArchiveWriter]:
    """A new backup, readable by its owner only, which appears under its name once it is whole.

    Raises BackupRefused when that file exists or can't be written.
    """
    part = to.with_name(to.name + ".part")
    check_free(to)
    try:
        with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OWNER_ONLY), "wb") as stream:
            with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
                yield ArchiveWriter(archive)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(to)
    except OSError as refused:
        words = f"写不了备份文件 {to}：{refused.strerror or refused}。请检查路径、权限和磁盘空间。"
        raise BackupRefused(words) from refused
    finally:
        if part.is_file():
            part.unlink()


def check_free(to: Path) -> None:
    """Raise BackupRefused unless a backup of that name can be made there."""
    if not to.parent.is_dir():
        raise BackupRefused(f"没有文件夹 {to.parent}，请先建好，或换一个路径。")
    if to.exists():
        raise BackupRefused(f"文件 {to} 已经存在，请换一个文件名，或先把它移走。")


class ArchiveReader:
    """A backup being read; make it with `reading`."""

    def __init__(self, archive: ZipFile, contents: Contents) -> None:
        self._archive, self.contents = archive, contents

    @classmethod
    def of(cls, archive: ZipFile) -> Self:
        """Read the manifest. Raises one of BROKEN."""
        kept = json.loads(archive.read(MANIFEST))
        if kept.pop("format") != FORMAT:
            raise ValueError("another format")
        return cls(archive, Contents(**kept))

    def rows(self, table: Table, at_once: int) -> Iterator[list[Row]]:
        """The table's rows, in batches. Raises RestoreRefused naming the line that can't be read."""
        known, batch, number = ways(table), list[Row](), 0
        try:
            with self._archive.open(_entry(table)) as lines:
                for number, line in enumerate(lines, start=1):  # noqa: B007  (named when it breaks)
                    batch.append(_row(table, known, line))
                    if len(batch) == at_once:
                        yield batch
                        batch = []
        except BROKEN as broken:
            raise RestoreRefused(f"备份文件已损坏（{table.name} 第 {number} 行）。请换一份备份。") from broken
        if batch:
            yield batch

    def file(self, path: str, folder: Path | None) -> None:
        """Copy a media file into the folder, whole or not at all; only read through it where no folder is given.

        Raises RestoreRefused.
        """
        try:
            with self._archive.open(f"media/{path}") as source:
                if folder is None:
                    while source.read(1 << 20):
                        pass
                else:
                    _copied(source, _inside(folder, path))
        except BROKEN as broken:
            raise RestoreRefused(f"备份文件已损坏（文件 {path}）。请换一份备份。") from broken
        except OSError as refused:
            words = f"写不了文件 {path}：{refused.strerror}。请检查媒体文件夹的权限和磁盘空间。"
            raise RestoreRefused(words) from refused


def _inside(folder: Path, path: str) -> Path:
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ValueError("a path that leads out of the folder")
    return target


def _copied(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with part.open("wb") as stream:
        shutil.copyfileobj(source, stream)
    part.replace(target)


@contextmanager
def reading(path: Path) -> Iterator[ArchiveReader]:
    """A backup opened for reading. Raises RestoreRefused when it isn't one."""
    try:
        archive = ZipFile(path)
    except FileNotFoundError:
        raise RestoreRefused(f"没有找到备份文件 {path}，请检查路径。") from None
    except (OSError, *BROKEN) as broken:
        raise RestoreRefused(f"{path} 不是完整的备份文件，请换一份备份。") from broken
    with archive:
        try:
            reader = ArchiveReader.of(archive)
        except BROKEN as broken:
            raise RestoreRefused(f"{path} 不是 gridbell 的备份文件，请换一份备份。") from broken
        yield reader
