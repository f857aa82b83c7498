"""`gridbell doctor` as an admin reads it: what is wrong, what was done, and an exit code for scripts."""

import sqlite3
from contextlib import closing

from tests.gridbell.commands.terminal import Terminal, settle


def pause(terminal: Terminal) -> None:
    """A pause that ended last year, and that no node has forgotten."""
    with closing(sqlite3.connect(terminal.folder / "gridbell.db")) as database, database:
        database.execute("INSERT INTO pauses VALUES ('wechat:main', 0, '2025-01-01 00:00:00.000000', '45009')")


def put(terminal: Terminal) -> None:
    """A message of an account that is not configured."""
    columns = "key, channel, user, lane, body, has_choices, waits, urgent, state, reason, platform_id, put_at, fence"
    values = "'k', 'wechat:old', 'u', 'normal', :body, 0, 0, 0, 'pending', '', '', '2026-01-01 00:00:00.000000', 0"
    body = '{"kind": "Reply", "text": "您好", "choices": []}'
    with closing(sqlite3.connect(terminal.folder / "gridbell.db")) as database, database:
        database.execute(f"INSERT INTO outbox ({columns}, attempts) VALUES ({values}, 0)", {"body": body})  # noqa: S608


def test_a_healthy_store_ends_with_0(terminal: Terminal) -> None:
    assert terminal.typed("doctor") == "没有发现问题。\n"
    assert terminal.typed("doctor", "--repair") == "没有发现问题。\n"


def test_without_repair_nothing_is_written_and_what_it_would_do_is_told(terminal: Terminal) -> None:
    pause(terminal)
    before = terminal.rows()
    result = terminal.type("doctor")
    assert result.exit_code == 1
    assert "可以修复" in result.stdout
    assert "加 --repair 会解除暂停" in result.stdout
    assert terminal.rows() == before


def test_with_repair_it_says_what_it_did_and_the_next_time_all_is_well(terminal: Terminal) -> None:
    pause(terminal)
    told = terminal.typed("doctor", "--repair")
    assert "已修复" in told
    assert "已解除暂停（1）" in told
    assert terminal.typed("doctor") == "没有发现问题。\n"


def test_what_it_can_not_mend_ends_with_1_and_is_left_alone(terminal: Terminal) -> None:
    put(terminal)
    before = terminal.rows()
    result = terminal.type("doctor", "--repair")
    assert result.exit_code == 1
    assert "需要处理" in result.stdout
    assert "wechat:old" in result.stdout
    assert terminal.rows() == before


def test_a_store_without_tables_is_told_what_to_run(bare_terminal: Terminal) -> None:
    result = settle(bare_terminal.folder).type("doctor")
    assert result.exit_code == 1
    assert "gridbell migrate" in result.stderr
