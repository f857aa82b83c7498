"""What a database refuses is said to an admin in words, with what to mend, and never as a traceback."""

import resource
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.gridbell.commands.terminal import Terminal
from tests.gridbell.commands.test_imports import DEMO, FILES
from tests.gridbell.commands.test_running import PATIENCE, PROGRAM
from tests.kit.servers import PostgresServer, apart
from tests.storage.test_refusals import made_read_only


def ended(terminal: Terminal, *words: str | Path, before: Callable[[], None] | None = None) -> str:
    """What the program says on standard error, as a process that ends with 1 and without a traceback."""
    command = [*PROGRAM, *map(str, words), "--config", str(terminal.config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, preexec_fn=before)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def over(terminal: Terminal, url: str) -> Terminal:
    """The same terminal with that store."""
    words = terminal.config.read_text(encoding="utf-8")
    old = f"sqlite+aiosqlite:///{terminal.folder}/gridbell.db"
    terminal.config.write_text(words.replace(old, url), encoding="utf-8")
    return terminal


def test_a_role_that_may_not_make_tables_is_told_what_to_grant(
    bare_terminal: Terminal, postgres: PostgresServer, bare_postgres_url: str
) -> None:
    apart(postgres.order("DROP ROLE IF EXISTS weak"))
    apart(postgres.order("CREATE ROLE weak LOGIN"))
    told = ended(over(bare_terminal, bare_postgres_url.replace("//gridbell@", "//weak@")), "migrate")
    assert "GRANT USAGE, CREATE ON SCHEMA public" in told


def test_a_full_disk_is_named_when_the_tables_are_made(bare_terminal: Terminal) -> None:
    told = ended(bare_terminal, "migrate", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)))
    assert "磁盘" in told


def test_a_damaged_file_is_named_and_no_backup_is_left(terminal: Terminal) -> None:
    for what, file in FILES:
        terminal.typed(what, "import", file)
    database = terminal.folder / "gridbell.db"
    raw = bytearray(database.read_bytes())
    raw[4096 * 2 :] = b"\xaa" * len(raw[4096 * 2 :])
    database.write_bytes(raw)
    assert "已损坏" in ended(terminal, "backup", terminal.folder / "backup.zip")
    assert not (terminal.folder / "backup.zip").exists()


def test_a_store_that_cannot_be_written_fails_the_check_and_nothing_starts_on_it(
    terminal: Terminal, sqlite_url: str
) -> None:
    made_read_only(sqlite_url)
    result = terminal.type("check")
    assert result.exit_code == 1
    assert "只能读，不能写" in result.stdout
    assert "只能读，不能写" in ended(terminal, "run")
    assert "只能读，不能写" in ended(terminal, "grids", "import", DEMO / "grids.geojson")


@pytest.fixture
def busy(terminal: Terminal) -> Terminal:
    """A terminal with the demo county, whose commands are typed while another program writes."""
    for what, file in FILES:
        terminal.typed(what, "import", file)
    return terminal


def test_while_another_program_writes_all_that_only_reads_is_done_and_the_rest_is_put_off(busy: Terminal) -> None:
    new = busy.folder / "people.csv"
    new.write_text("name,roles,unit\n李新来,admin,990101\n", encoding="utf-8")
    with closing(sqlite3.connect(busy.folder / "gridbell.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "没有试写：另一个程序正在写，请稍后再试。" in busy.typed("check")
        assert "已备份" in busy.typed("backup", busy.folder / "backup.zip")
        assert "试运行" in busy.typed("people", "import", new, "--dry-run")
        result = busy.type("people", "import", new)
        assert (result.exit_code, result.stderr) == (1, "另一个程序正在写，请稍后再试。\n")
    assert "新增 1" in busy.typed("people", "import", new)
