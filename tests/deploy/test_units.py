"""The systemd units: systemd itself finds no fault with them, and they give a node the time that it needs to stop."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_group

from bot.web import GRACE
from config.environment import read_environment
from config.problems import Problem
from config.settings import Settings
from gridbell.cli import app
from gridbell.wiring import STOP_SECONDS

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
PROGRAM = "/opt/gridbell/bin/gridbell"
COMMANDS = get_group(app).commands


def read(name: str) -> configparser.RawConfigParser:
    """A unit; of a name that stands there twice the last."""
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNITS / name, encoding="utf-8")
    return unit


def seconds(span: str) -> int:
    """A span of time as systemd writes it."""
    number, unit = re.fullmatch(r"(\d+)(s|min)", span).groups()  # type: ignore[union-attr]
    return int(number) * (60 if unit == "min" else 1)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine (Debian: systemd)")
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = sorted(str(path) for path in tmp_path.iterdir())
    command = ["systemd-analyze", "verify", "--man=no", *units]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "gridbell" in line]
    assert ours == []


def test_a_node_is_started_again_whatever_ended_it_and_has_time_to_stop() -> None:
    service = read("gridbell.service")["Service"]
    assert service["Restart"] == "always"
    assert seconds(service["TimeoutStopSec"]) > STOP_SECONDS + GRACE
    assert service["KillSignal"] == "SIGTERM"


@pytest.mark.parametrize("name", ["gridbell.service", "gridbell-backup.service"])
def test_a_unit_may_do_little(name: str) -> None:
    service = read(name)["Service"]
    assert service["User"] == "gridbell"
    for switch in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert service[switch] == "yes"
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"], service["UMask"]) == ("strict", "", "0077")


@pytest.mark.parametrize("name", ["gridbell.service", "gridbell-backup.service"])
def test_what_a_unit_runs_is_a_command_with_its_options(name: str) -> None:
    service = read(name)["Service"]
    for key in {"ExecStart", "ExecStartPre"} & set(service):
        program, command, *words = service[key].split()
        assert program == PROGRAM
        options = {one for option in COMMANDS[command].params for one in option.opts}
        assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("name", ["gridbell.service", "gridbell-backup.service"])
def test_the_variables_of_a_unit_are_settings(name: str) -> None:
    variable, _, value = read(name)["Service"]["Environment"].partition("=")
    problems: list[Problem] = []
    read_environment({variable: value}, Settings, problems)
    assert problems == []
    assert value.startswith(f"/var/lib/{read(name)['Service']['StateDirectory'].split()[0]}/")
