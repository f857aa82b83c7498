"""What an admin sees drawn in the terminal: tables and progress."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

UNSEEN_WIDTH = 1000
"""Columns where nobody looks (a file, a pipe): wide enough that a table's words are not broken."""
GOOD, WARNING, BAD = "green", "yellow", "bold red"

Step = Callable[[int, int], None]
"""Called with how much is done, of how much."""


def screen(*, errors: bool = False) -> Console:
    """Standard output, or standard error, as it is now. Nothing printed is taken for markup."""
    console = Console(stderr=errors, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNSEEN_WIDTH
    return console


def show(lines: Iterable[tuple[str, str, str, str]]) -> None:
    """A table of what was looked at: what, how it stands, in which style that is written, and what is to be said."""
    table = Table("检查项", "状态", "说明")
    for what, state, style, words in lines:
        table.add_row(Text(what), Text(state, style=style), Text(words, overflow="fold"))
    screen().print(table)


@contextmanager
def progress(words: str) -> Iterator[Step]:
    """A bar on standard error while something goes on; it is gone afterwards, and not drawn where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = screen(errors=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
