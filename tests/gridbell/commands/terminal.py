"""A terminal in which commands are typed, with a county's settings, in a folder of its own."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner, Result

from gridbell.cli import app

SETTINGS = """
[county]
name = "云溪县"
code = "990101"
duty_unit = "CGJ"
[storage]
url = "sqlite+aiosqlite:///{folder}/gridbell.db"
media = "{folder}/media"
"""


@dataclass(frozen=True)
class Terminal:
    """Types commands with `--config` after their names."""

    folder: Path
    config: Path

    def type(self, *words: str | Path, env: Mapping[str, str] | None = None) -> Result:
        """What came of the command."""
        return CliRunner().invoke(app, [*map(str, words), "--config", str(self.config)], env=env)

    def typed(self, *words: str | Path) -> str:
        """What a command that succeeds says on standard output."""
        result = self.type(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def rows(self) -> Mapping[str, list[tuple[object, ...]]]:
        """All that the database holds, by table, in whatever order it was written."""
        with sqlite3.connect(self.folder / "gridbell.db") as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {table: sorted(database.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: S608
        database.close()
        return rows


def settle(folder: Path, more: str = "") -> Terminal:
    """A terminal whose settings are written, with more sections if given."""
    config = folder / "gridbell.toml"
    config.write_text(SETTINGS.format(folder=folder) + more, encoding="utf-8")
    config.chmod(0o600)
    return Terminal(folder, config)
