"""What an admin sees in the terminal: findings, summaries and progress, in plain Chinese."""

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from config.rulebook import BadData
from config.settings import BadSettings
from gridbell.bind_codes import NobodyMeant
from gridbell.imports.findings import BadFile, Changes
from gridbell.listening import CannotListen
from storage.archive import BackupRefused, RestoreRefused
from storage.engines import StoreUnreachable

UNSEEN_WIDTH = 1000
"""Columns where nobody looks (a file, a pipe): wide enough that a table's words are not broken."""

SHOWN = 8
"""How many names a summary lists of each kind."""

Step = Callable[[int, int], None]
"""Called with how much is done, of how much."""


def screen(*, errors: bool = False) -> Console:
    """Standard output, or standard error, as it is now. Nothing printed is taken for markup."""
    console = Console(stderr=errors, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNSEEN_WIDTH
    return console


def tell(*lines: str, style: str = "") -> None:
    """Lines for the admin, on standard output."""
    for line in lines:
        screen().print(Text(line, style=style), soft_wrap=True)


def complain(*lines: str, style: str = "red") -> None:
    """Lines for the admin, on standard error."""
    for line in lines:
        screen(errors=True).print(Text(line, style=style), soft_wrap=True)


@contextmanager
def plain_faults() -> Iterator[None]:
    """Within it, what an admin can mend is said in words, and the command ends with 1; a bug keeps its traceback."""
    try:
        yield
    except BadFile as bad:
        complain(f"{bad.path} 有 {len(bad.findings)} 处要改，没有写入任何内容：")
        complain(*(f"  {number}. {finding}" for number, finding in enumerate(bad.findings, 1)), style="")
    except (BadSettings, BadData, BackupRefused, CannotListen, NobodyMeant, RestoreRefused, StoreUnreachable) as fault:
        complain(str(fault))
    except OSError as fault:
        complain(_os_words(fault))
    else:
        return
    raise typer.Exit(1)


def _os_words(fault: OSError) -> str:
    if fault.errno == errno.ENOSPC:
        return "磁盘满了。请腾出空间再试。"
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"没有权限{f'使用 {fault.filename}' if fault.filename else ''}。请检查权限，或换一个用户运行。"
    where = f"（{fault.filename}）" if fault.filename else ""
    return f"操作系统拒绝了：{fault.strerror or type(fault).__name__}{where}。"


@contextmanager
def progress(words: str) -> Iterator[Step]:
    """A bar on standard error while something goes on; it is gone afterwards, and not drawn where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = screen(errors=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def summary(title: str, changes: Changes, *, dry_run: bool) -> list[str]:
    """What an import did (or would do), with names."""
    counts = f"新增 {len(changes.added)}，修改 {len(changes.changed)}，未变 {len(changes.unchanged)}"
    lines = [f"试运行 {title}：{counts}。没有写入任何内容。" if dry_run else f"已导入 {title}：{counts}。"]
    lines += _named("新增", changes.added)
    lines += _named("修改", changes.changed)
    lines += _named("文件里没有、仍然保留", changes.missing)
    lines += [f"  注意：{note}" for note in changes.notes]
    return lines


def _named(kind: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = f" 等 {len(names)} 个" if len(names) > SHOWN else ""
    return [f"  {kind}：{'、'.join(names[:SHOWN])}{more}"]
