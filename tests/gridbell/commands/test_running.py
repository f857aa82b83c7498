"""The program as it is started from a shell: its exit codes, its two outputs, and a server that stops when told."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from urllib.request import urlopen

import pytest

from gridbell.cli import main
from tests.gridbell.commands.terminal import Terminal, settle
from tests.gridbell.county import csv_file, feature, geojson, square
from tests.kit.servers import free_port

PROGRAM = (sys.executable, "-c", "from gridbell.cli import main; main()")
PATIENCE = 30


def shell(*words: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """The program run to its end in that folder."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextmanager
def running(terminal: Terminal) -> Iterator["subprocess.Popen[str]"]:
    """`gridbell run` once it serves; ended at the latest afterwards."""
    command = [*PROGRAM, "run", "--config", str(terminal.config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            assert any(json.loads(line)["message"] == "serving" for line in server.stderr)
            yield server
        finally:
            server.kill()


def at_port(terminal: Terminal, port: int) -> Terminal:
    """The same terminal, whose server listens there."""
    return settle(terminal.folder, f'[http]\nhost = "127.0.0.1"\nport = {port}\n')


@pytest.fixture
def at_home(log_as_it_was: None) -> Iterator[None]:
    """This process's own mask for new files comes back afterwards."""
    mask = os.umask(0o022)
    os.umask(mask)
    yield
    os.umask(mask)


def test_a_code_is_all_that_comes_out(terminal: Terminal) -> None:
    grids = geojson(terminal.folder / "g.geojson", [feature("990101001001001", "第一网格", square(116.0, 28.4))])
    terminal.typed("grids", "import", grids)
    people = csv_file(terminal.folder / "p.csv", "name,roles,unit,phone", "李梅,网格员,第一网格,13800000001")
    terminal.typed("people", "import", people)
    done = shell("people", "code", "李梅", folder=terminal.folder)
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, "", len("ABCDEFGH\n"))


def test_what_it_writes_is_its_users_alone(bare_terminal: Terminal) -> None:
    assert shell("migrate", folder=bare_terminal.folder).returncode == 0
    assert (bare_terminal.folder / "gridbell.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("people", "import"), "缺少参数 file。"),
        (("check", "--colour"), "没有选项 --colour。"),
        (("chek",), "没有命令 chek。是不是 check？"),
        (("migrate", "now"), "多出了参数 now。"),
        (("check", "--config"), "选项 --config 后面要写值。"),
        (("demo", "--port", "many"), "--port 请写整数。"),
        (("demo", "--port", "70000"), "--port 请写不大于 65534 的数。"),
        (("demo", "--config", "x.toml"), "没有选项 --config。"),
    ],
)
def test_a_wrong_command_line_is_said_in_chinese(
    at_home: None, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (2, "")
    assert said.err.startswith(told)
    assert "--help" in said.err


def test_without_a_command_the_commands_are_listed(at_home: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    said = capsys.readouterr()
    listed = said.out + said.err
    assert all(name in listed for name in ("check", "run", "migrate", "people", "units", "grids", "backup", "restore"))
    assert "命令写得不对" not in listed


def test_the_settings_of_the_folder_are_read_unless_others_are_named(bare_terminal: Terminal) -> None:
    assert "gridbell.toml" in shell("check", folder=bare_terminal.folder).stdout
    missing = Terminal(bare_terminal.folder, bare_terminal.folder / "other.toml").type("check")
    assert missing.exit_code == 1
    assert "other.toml" in missing.stdout
    assert "--config" in missing.stdout


def test_it_serves_and_stops_when_told(terminal: Terminal) -> None:
    port = free_port()
    with running(at_port(terminal, port)) as server:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0


def test_what_the_duty_room_will_have_to_decide_is_logged_at_start(terminal: Terminal) -> None:
    terminal.typed(
        "grids",
        "import",
        geojson(terminal.folder / "g.geojson", [feature("990101001001001", "第一网格", square(116.0, 28.4))]),
    )
    command = [*PROGRAM, "run", "--config", str(at_port(terminal, free_port()).config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        lines = iter(json.loads(line) for line in server.stderr)
        said = list(takewhile(lambda line: line["message"] != "serving", lines))
        server.kill()
    [warning] = [line for line in said if line["level"] == "WARNING"]
    assert warning["message"] == "categories without a department here"
    assert "0107" in warning["code"].split()
    assert warning["count"] > 10


def test_a_taken_port_is_named(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shell("run", "--config", at_port(terminal, port).config, folder=terminal.folder)
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("fe80::1%nowhere", "找不到配置 [http] host 写的“fe80::1%nowhere”。"),
        ("a..b", "找不到配置 [http] host 写的“a..b”。"),
        ("192.0.2.1", "配置 [http] host 写的“192.0.2.1”不是本机的地址。"),
    ],
)
def test_a_host_that_is_not_this_machine_is_named_with_its_setting(terminal: Terminal, host: str, told: str) -> None:
    done = shell(
        "run", "--config", settle(terminal.folder, f'[http]\nhost = "{host}"\n').config, folder=terminal.folder
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(told)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "gridbell migrate"),
        ('[rules]\npath = "nowhere"\n', "没有这个文件或文件夹"),
        ('[http]\nport = "many"\n', "http.port"),
        ("[http\n", "第 9 行"),
    ],
)
def test_it_does_not_start_on_bad_settings_bad_rules_or_a_store_without_tables(
    bare_terminal: Terminal, more: str, told: str
) -> None:
    result = settle(bare_terminal.folder, more).type("run")
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr
    assert os.listdir(bare_terminal.folder) == ["gridbell.toml"]
