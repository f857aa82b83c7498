"""`gridbell backup` and `gridbell restore`: where the file goes, and words on what is in it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from config.settings import Settings
from storage.archive import Contents
from storage.store import SqlStore

TOLD = {
    "cases": "案件",
    "events": "办理记录",
    "people": "人员",
    "units": "单位",
    "grids": "网格",
}
"""The tables that a summary counts by name."""
SHOWN = 5
UNWRITTEN = "没有写入任何内容。"

Step = Callable[[int, int], None]
"""Called with how many rows or files are done, of how many."""


def backup_file(dest: Path, settings: Settings, now: datetime) -> Path:
    """The file that is meant: a folder gets one named after the county's code and the local time."""
    if not dest.is_dir():
        return dest
    local = now.astimezone(settings.county.county().zone)
    return dest / f"gridbell-{settings.county.code}-{local:%Y%m%d-%H%M%S}.zip"


async def back_up(store: SqlStore, settings: Settings, dest: Path, step: Step, *, dry_run: bool) -> list[str]:
    """Write the store with its media files into the new file `dest`; what to tell of it.

    Raises BackupRefused and StoreUnreachable; then there is no file.
    """
    made = await store.backup(dest, _steps(step), media=settings.storage.media, dry_run=dry_run)
    lines = [f"试运行：会备份{words(made)}。{UNWRITTEN}" if dry_run else f"已备份到 {dest}：{words(made)}。"]
    if made.missing:
        lines.append(_missing("在媒体文件夹里找不到", made.missing))
    return [*lines, "注意：配置文件和规则文件夹不在备份里，请另外保存。备份里有个人信息，请妥善保管。"]


async def bring_back(store: SqlStore, settings: Settings, source: Path, step: Step, *, dry_run: bool) -> list[str]:
    """Fill the empty store and the media folder from that backup; what to tell of it. Raises RestoreRefused."""
    found = await store.restore(source, _steps(step), media=settings.storage.media, dry_run=dry_run)
    made = datetime.fromisoformat(found.made_at).astimezone(settings.county.county().zone)
    told = f"{source.name}（{made:%Y-%m-%d %H:%M} 备份的）：{words(found)}。"
    lines = [f"试运行：会恢复 {told}{UNWRITTEN}" if dry_run else f"已恢复 {told}"]
    if found.missing:
        lines.append(_missing("做备份时就找不到", found.missing))
    return lines


def words(contents: Contents) -> str:
    """`案件 12，人员 3，媒体文件 5，共 230 行`."""
    named = [f"{name} {contents.rows[table]}" for table, name in TOLD.items() if contents.rows.get(table)]
    return "，".join([*named, f"媒体文件 {contents.files}", f"共 {sum(contents.rows.values())} 行"])


def _missing(where: str, paths: Sequence[str]) -> str:
    more = " 等" if len(paths) > SHOWN else ""
    return f"注意：有 {len(paths)} 个文件{where}：{'、'.join(paths[:SHOWN])}{more}。"


def _steps(step: Step) -> Callable[[str, int, int], None]:
    """A bar counts what is under way; the next table begins it anew."""
    return lambda _, done, total: step(done, total)
